"""The bytes of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).

A message is `id: <position>` and `data:` one JSON object. `event: resync` says that something may have been missed, so that a screen must
fetch what it shows again. A block without data moves the browser's Last-Event-ID and is no message.
"""

import json
from typing import Any


def message(position: int, fields: dict[str, Any]) -> bytes:
    """One event; `position` is put before `fields`."""
    data = json.dumps({"position": position, **fields}, separators=(",", ":"))
    return f"id: {position}\ndata: {data}\n\n".encode()


def resync(position: int) -> bytes:
    """Fetch again what you show; the stream goes on after `position`."""
    return f'event: resync\nid: {position}\ndata: {{"position":{position}}}\n\n'.encode()


def here(position: int) -> bytes:
    """A sign of life, for proxies that close what is silent; everything up to `position` was told."""
    return f": here\nid: {position}\n\n".encode()


def retry(milliseconds: int) -> bytes:
    """How long the browser waits before it comes back when the stream ends."""
    return f"retry: {milliseconds}\n\n".encode()
