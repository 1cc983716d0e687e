"""What commands tell the person who called them."""

import sys


def say(line: str) -> None:
    """A line of the answer."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """A line about what went wrong."""
    sys.stderr.write(line + "\n")
