"""One open stream: what waits to be written to it, and when it ends."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from heard.web.live import wire
from heard.web.live.rights import Reader

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
LONGEST_QUEUE = 200


class Stream:
    """Frames on their way to one browser. A reader who is too slow for the queue is told to fetch again instead."""

    __slots__ = ("_end", "_frames", "_send", "_wake", "beats_at", "ends_at", "reader", "session_key", "told_from", "writing_since")

    def __init__(self, reader: Reader, session_key: str, send: Send, *, told_from: int, beats_at: float, ends_at: float) -> None:
        self.reader = reader
        self.session_key = session_key
        self.told_from = told_from  # events up to here are known to the browser
        self.beats_at, self.ends_at = beats_at, ends_at
        self.writing_since = 0.0  # when the write that runs now began; 0 while none does
        self._send = send
        self._frames: list[bytes] = []
        self._wake = asyncio.Event()
        self._end = False

    def offer(self, frame: bytes, position: int) -> None:
        """Queue a frame; `position` is where the log is with it. A full queue gives way to one resync."""
        if len(self._frames) >= LONGEST_QUEUE:
            self._frames = [wire.resync(position)]
        else:
            self._frames.append(frame)
        self._wake.set()

    def restart(self, position: int) -> None:
        """Forget what waits, and tell the browser to fetch again what it shows."""
        self._frames = [wire.resync(position)]
        self._wake.set()

    def end(self) -> None:
        """Write what waits, then end."""
        self._end = True
        self._wake.set()

    async def write(self, clock: Callable[[], float]) -> None:
        """Write what is queued until the end."""
        while True:
            if self._frames:
                body, self._frames = b"".join(self._frames), []
                self.writing_since = clock()
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
                self.writing_since = 0.0
            elif self._end:
                break
            else:
                self._wake.clear()
                await self._wake.wait()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def cut(self) -> None:
        """Break the connection of somebody who does not read at all: the write that hangs returns, and the stream ends."""
        self._frames, self._end = [], True
        self._wake.set()
        # ASGI has no word for it. uvicorn's `send` is a method of the request, which knows its connection.
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
