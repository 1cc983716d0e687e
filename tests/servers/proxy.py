"""A way between a client and a server that a test can cut in the middle of a sentence."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Proxy:
    """Passes everything on to `target`. `cut_after` ends the next connections once the server has sent so many bytes."""

    port: int
    target: int
    cut_after: list[int] = field(default_factory=list)
    connections: int = 0
    host: str = "127.0.0.1"
    _open: list[socket.socket] = field(default_factory=list)

    def cut_all(self) -> None:
        """End every open connection now, without a good-bye."""
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            limit = self.cut_after.pop(0) if self.cut_after else None
            server = socket.create_connection((self.host, self.target))
            self._open += [client, server]
            threading.Thread(target=_pass_on, args=[client, server, None], daemon=True).start()
            threading.Thread(target=_pass_on, args=[server, client, limit], daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    passed = 0
    with suppress(OSError):
        while chunk := source.recv(4096 if limit is None else min(4096, limit - passed)):
            sink.sendall(chunk)
            passed += len(chunk)
            if limit is not None and passed >= limit:
                break
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """Listen on a port of its own and pass connections on to `target` on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        between = Proxy(port=listener.getsockname()[1], target=target)
        threading.Thread(target=between.serve, args=[listener], daemon=True).start()
        yield between
        listener.shutdown(socket.SHUT_RDWR)
        between.cut_all()
