"""Loads, before workers are forked, what a worker loads with its first mail: else short lives would be spent on that alone."""

from heard.channels.email.understanding import understand
from heard.inbound.services import filing

assert understand(b"From: a@example.org\r\n\r\nThe kettle that we bought from you leaks again.\r\n").mail
assert filing
