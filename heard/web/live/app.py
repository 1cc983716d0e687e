"""`GET /events?after=<position>`: the ASGI application.

`Last-Event-ID`, which a browser sends when it comes back by itself, wins over `after`. 401 without a session, 405 for other methods, 429
when one colleague holds too many streams, 503 when the process does or the database is away.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseError

from heard.web.live.hub import Hub
from heard.web.live.sessions import session_key_of
from heard.web.live.stream import Send, Stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
STREAMS_OF_ONE_USER = 20
STREAMS_OF_ONE_PROCESS = 5000
AGAIN_SOON = (b"retry-after", b"10")
UNKNOWN = -1  # a position that is none: its owner may have missed anything
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep events until it has a page of them
    (b"x-content-type-options", b"nosniff"),
]


class EventStream:
    """The application. Its hub begins with the first request, in the process and loop that serves it."""

    def __init__(self) -> None:
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await refuse(send, 405, (b"allow", b"GET"))
            return
        hub, (session_key, after) = self.hub(), asked_for(scope)
        try:
            reader = await hub.admit(session_key, after=after)
        except DatabaseError:
            await refuse(send, 503, AGAIN_SOON)
            return
        if reader is None:
            await refuse(send, 401)
        elif hub.of_user[reader.user_id] >= STREAMS_OF_ONE_USER:
            await refuse(send, 429, AGAIN_SOON)
        elif len(hub.streams) >= STREAMS_OF_ONE_PROCESS:
            await refuse(send, 503, AGAIN_SOON)
        else:
            await hold(hub, hub.enter(reader, session_key, send, after=after), receive, send)

    def hub(self) -> Hub:
        """The hub of this process."""
        if self._hub is None:
            self._hub = Hub()
        return self._hub

    async def close(self) -> None:
        """End the hub, if there is one; its streams end with their requests."""
        hub, self._hub = self._hub, None
        if hub is not None:
            await hub.close()


async def hold(hub: Hub, stream: Stream, receive: Receive, send: Send) -> None:
    """Keep a stream open until it ends or its browser goes."""
    leaving = asyncio.create_task(_end_when_gone(stream, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await stream.write(asyncio.get_running_loop().time)
    finally:
        hub.leave(stream)
        leaving.cancel()


async def _end_when_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    """An empty answer: a browser's EventSource shows its body to nobody."""
    common = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*common, *headers]})
    await send({"type": "http.response.body", "body": b""})


def asked_for(scope: Scope) -> tuple[str, int | None]:
    """The session key of a request ("" without one), and the position after which its stream begins (None for now)."""
    headers = {bytes(name).lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return session_key_of(headers.get(b"cookie", "")), position_of(headers.get(b"last-event-id", ""), scope.get("query_string", b""))


def position_of(last_event_id: str, query: bytes) -> int | None:
    """The position named by either; None when none was, UNKNOWN for what is no position."""
    named = last_event_id
    if not named:
        with contextlib.suppress(ValueError):
            named = parse_qs(query.decode("latin-1")).get("after", [""])[0]
    if not named:
        return None
    return int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else UNKNOWN
