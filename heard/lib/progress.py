"""Progress of a long command: how many, how fast, how long still. On a terminal one line that changes, elsewhere one every 5 s."""

import sys
import time
from typing import TextIO

TERMINAL_SECONDS = 0.2
LOG_SECONDS = 5.0


class Progress:
    """Tell somebody how far a command is.

    `noun` is what is counted, in the plural. Nothing is written before there is something to say, and short work says nothing in a log.
    """

    def __init__(self, noun: str, *, total: int | None = None, stream: TextIO | None = None) -> None:
        self.noun = noun
        self.total = total
        self.stream = sys.stderr if stream is None else stream
        self.is_terminal = self.stream.isatty()
        self.done = 0
        self.share: float | None = None
        self._began = self._told = time.monotonic()
        self._width = 0

    def update(self, done: int, share: float | None = None) -> None:
        """Say that `done` are done, and what share of all that is, from 0 to 1, when it is known otherwise than by the total."""
        self.done = done
        self.share = share if share is not None else (done / self.total if self.total else None)
        interval = TERMINAL_SECONDS if self.is_terminal else LOG_SECONDS
        if time.monotonic() - self._told >= interval:
            self._tell()

    def add(self, count: int = 1) -> None:
        """Say that `count` more are done."""
        self.update(self.done + count)

    def finish(self) -> None:
        """Leave the last state on the terminal and go to the next line."""
        if self.is_terminal and self._width:
            self._tell()
            self.stream.write("\n")
            self.stream.flush()
            self._width = 0

    def line(self, seconds: float) -> str:
        """The line after so many seconds: `12,000 messages · 640 a second · 40 % · 28 s left`."""
        parts = [f"{self.done:,} {self.noun}"]
        if seconds > 0:
            parts.append(f"{self.done / seconds:,.0f} a second")
        if self.share is not None:
            parts.append(f"{self.share:.0%}".replace("%", " %"))
            if 0 < self.share < 1:
                parts.append(f"{in_words(seconds / self.share - seconds)} left")
        return " · ".join(parts)

    def _tell(self) -> None:
        self._told = time.monotonic()
        line = self.line(self._told - self._began)
        if self.is_terminal:
            self.stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self.stream.write(line + "\n")
        self.stream.flush()


def in_words(seconds: float) -> str:
    """A duration for people: `28 s`, `4 min`, `2 h 10 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
