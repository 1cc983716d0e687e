"""Somebody who listens to `/events`: the application in this process, called as a server would, or a real server over HTTP."""

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from heard.web.live.app import EventStream
from heard.web.live.hub import Hub
from tests.waiting import eventually


def log_in(user) -> str:
    """The key of a new session of `user`."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def cookie(key: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={key}"


class Heard:
    """What arrived on one stream so far."""

    def __init__(self) -> None:
        self.raw = b""
        self.status = 0
        self.headers: dict[str, str] = {}
        self.has_ended = False

    @property
    def blocks(self) -> list[dict[str, str]]:
        """The blocks of the stream, each as its fields; comments under the name ""."""
        text = self.raw.decode()
        whole = text[: text.rfind("\n\n") + 2] if "\n\n" in text else ""
        return [dict(line.split(": ", 1) for line in block.split("\n")) for block in whole.split("\n\n") if block]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(block["data"]) for block in self.blocks if "data" in block and "event" not in block]

    @property
    def positions(self) -> list[int]:
        return [event["position"] for event in self.events]

    @property
    def resyncs(self) -> list[int]:
        return [json.loads(block["data"])["position"] for block in self.blocks if block.get("event") == "resync"]

    @property
    def last_id(self) -> int:
        """What a browser would send as Last-Event-ID."""
        return max((int(block["id"]) for block in self.blocks if "id" in block), default=0)

    def is_open(self) -> bool:
        return self.status == 200 and not self.has_ended and bool(self.blocks)


class Listener(Heard):
    """A browser in front of the application in this process. While `is_reading` is clear it takes nothing."""

    def __init__(self, house: "House", headers: list[tuple[bytes, bytes]], query: str, method: str) -> None:
        super().__init__()
        self.house = house
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self._has_gone = asyncio.Event()
        scope = {"type": "http", "method": method, "path": "/events", "headers": headers, "query_string": query.encode()}
        self._future = asyncio.run_coroutine_threadsafe(self._run(scope), house.loop)

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self.house.app(scope, self._receive, self._send)
        finally:
            self.has_ended = True

    async def _receive(self) -> dict[str, Any]:
        await self._has_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        await self.is_reading.wait()
        self.raw += message["body"]

    def leave(self) -> None:
        self.house.call(self._has_gone.set)
        self._future.result(10)

    def stop_reading(self) -> None:
        self.house.call(self.is_reading.clear)

    def read_on(self) -> None:
        self.house.call(self.is_reading.set)


class House:
    """The application with a loop of its own, in a thread."""

    def __init__(self) -> None:
        self.app = EventStream()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self._listeners: list[Listener] = []

    @property
    def hub(self) -> Hub:
        return self.app.hub()

    def call(self, act: Callable[[], Any]) -> None:
        """Do something in the loop, and wait until it is done."""

        async def done() -> None:
            act()

        asyncio.run_coroutine_threadsafe(done(), self.loop).result(10)

    def ask(self, key: str = "", *, after: object = None, last_event_id: object = None, method: str = "GET") -> Listener:
        """Ask for a stream, whatever the answer will be."""
        headers = [(b"cookie", cookie(key).encode())] if key else []
        if last_event_id is not None:
            headers.append((b"last-event-id", str(last_event_id).encode()))
        listener = Listener(self, headers, "" if after is None else f"after={after}", method)
        self._listeners.append(listener)
        return listener

    def listen(self, user, **place: object) -> Listener:
        """A stream of `user`, open."""
        listener = self.ask(log_in(user), **place)
        eventually(listener.is_open)
        return listener

    def close(self) -> None:
        for listener in self._listeners:
            if not listener.has_ended:
                listener.read_on()
                listener.leave()
        asyncio.run_coroutine_threadsafe(self.app.close(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@contextmanager
def open_house() -> Iterator[House]:
    house = House()
    try:
        yield house
    finally:
        house.close()


class Guest(Heard):
    """A browser in front of a real server."""

    def __init__(self, port: int, key: str, *, after: int | None = None, last_event_id: int | None = None) -> None:
        super().__init__()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": cookie(key)} if key else {}
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        self._connection.request("GET", "/events" + (f"?after={after}" if after is not None else ""), headers=headers)
        self._answer = self._connection.getresponse()
        self.status, self.headers = self._answer.status, {name.lower(): value for name, value in self._answer.getheaders()}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while piece := self._answer.read1(65536):
                self.raw += piece
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # the connection was closed, here or there
        self.has_ended = True

    def leave(self) -> None:
        self._connection.close()
