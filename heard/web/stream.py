"""`GET /events`, which the web process serves beside Django: what happens, told to every open screen that may know it."""

from heard.web.live.app import EventStream

app = EventStream()
