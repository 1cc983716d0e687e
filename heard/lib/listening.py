"""Where the web process listens; known before Django is."""

import socket

from heard.lib import env

BACKLOG = 512


def address() -> tuple[str, int]:
    """Host and port. `PORT` is read as well, since many hosts and `make` set it."""
    return env.text("HEARD_HOST", "127.0.0.1"), env.integer("HEARD_PORT", env.integer("PORT", 8000, at_least=1), at_least=1)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError when the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a page waits 40 ms for the visitor's ACK of its headers
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
