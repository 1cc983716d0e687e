"""`python -m tests.running.toy_server FD`: the web process of Heard on an inherited listener, with addresses and a stream of its own."""

import asyncio
import hashlib
import os
import socket
import sys

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def echo(request: HttpRequest) -> JsonResponse:
    """What arrived: method, length and hash of the body, or of the uploaded file."""
    file = request.FILES.get("file")
    body = file.read() if file else request.body
    return JsonResponse(
        {"method": request.method, "length": len(body), "sha256": hashlib.sha256(body).hexdigest(), "query": request.GET.dict()}
    )


def slow(request: HttpRequest) -> HttpResponse:
    """An answer that takes a second."""
    import time

    time.sleep(1)
    return HttpResponse("slow")


urlpatterns = [path("echo", echo), path("slow", slow)]


async def stream(scope, receive, send) -> None:
    """A tick every 50 ms for ever."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    while True:
        await send({"type": "http.response.body", "body": b"data: tick\n\n", "more_body": True})
        await asyncio.sleep(0.05)


def main() -> None:
    django.setup()
    settings.ROOT_URLCONF = "tests.running.toy_server"
    from heard import server

    server._stream = lambda: stream
    listener = socket.socket(fileno=int(sys.argv[1]))
    listener.setblocking(False)
    code = server.run(listener)
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
