"""The web process: Django as WSGI and the event stream as native ASGI, on one port.

Django under ASGI costs two to four times the CPU of WSGI; a stream under WSGI would hold a thread each. So one server holds both.
"""

import asyncio
import resource
import signal
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAM_PATH = "/events"
THREADS = 8
MOST_FILES = 10_240  # what macOS allows as well
CLOSING_SECONDS = 3

_streams: set[asyncio.Task[Any]] = set()
_closing = False


@cache
def django_application() -> Any:
    """Django, as WSGI."""
    return get_wsgi_application()


@cache
def _pages() -> Any:
    return WSGIMiddleware(django_application(), workers=THREADS)


@cache
def _stream() -> Any:
    return import_module("heard.web.stream").app if find_spec("heard.web.stream") else None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """What the server calls: streams for `/events`, Django for everything else."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == STREAM_PATH and _stream() is not None:
        await _hold_stream(scope, receive, send)
    elif scope["type"] == "http" and any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        # WSGI knows a body's end by its length only: Django would see an empty one.
        await send({"type": "http.response.start", "status": 411, "headers": [(b"content-length", b"0"), (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "http":
        await _pages()(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _hold_stream(scope: Scope, receive: Receive, send: Send) -> None:
    task = asyncio.current_task()
    assert task is not None
    _streams.add(task)
    try:
        await _stream()(scope, receive, send)
    except asyncio.CancelledError:
        if not _closing:
            raise
        await send({"type": "http.response.body", "body": b"", "more_body": False})  # the browser comes back by itself
    finally:
        _streams.discard(task)


class Server(uvicorn.Server):
    """uvicorn, which says where it is once it is there, and ends its streams first when it closes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            print(f"Heard is at {settings.URL}", flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        global _closing
        _closing = True
        for task in list(_streams):
            task.cancel()
        await super().shutdown(sockets=sockets)


def allow_many_connections() -> None:
    """Raise this process's limit of open files as far as it may: a stream is one, and 1,024 is a common start."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def preload() -> None:
    """Load what every process of the installation needs, before they part."""
    from django.urls import get_resolver

    from heard.tasks.discovery import discover

    _ = get_resolver().url_patterns
    _stream()
    discover()


def run(listener: socket.socket) -> int:
    """Serve on `listener` until SIGTERM or SIGINT; the exit code."""
    allow_many_connections()
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="none",
        loop="asyncio",
        lifespan="on",
        interface="asgi3",
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="warning",
        proxy_headers=settings.IS_BEHIND_PROXY,
        forwarded_allow_ips="*" if settings.IS_BEHIND_PROXY else None,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=CLOSING_SECONDS,
        backlog=512,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises the signal again once it has closed
    Server(config).run(sockets=[listener])
    return 0
