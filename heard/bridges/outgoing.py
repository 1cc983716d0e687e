"""Asking another system over HTTP: where we may go, how long it may take, how much it may answer.

An address comes from a colleague's form and could point into our own network. So a name is looked up once, what it leads to is checked, and
exactly that is connected to; the same after each redirect. Places inside are opened by `HEARD_BRIDGE_HOSTS`.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urljoin, urlsplit

from django.conf import settings

PROBLEMS = ("unreachable", "timed_out", "tls_failed", "too_large", "not_allowed", "broken_off", "not_http", "wrong_address")
"""unreachable: no such name, or nobody answers there; not_allowed: an address inside our network that HEARD_BRIDGE_HOSTS does not name;
broken_off: the connection ended in the middle; not_http: something else answers; wrong_address: no http(s) address."""

SECONDS = 20.0
MOST_BYTES = 32 * 1024 * 1024
MOST_REDIRECTS = 5
CHUNK = 64 * 1024


class Trouble(Exception):
    """The other system could not be asked; `problem` is one of PROBLEMS. Whether it did what was asked is not known."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` by small name; `url` is where it came from, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Client:
    """Asks one system; keeps the connection between questions. A `with` block closes it. Not for several threads."""

    def __init__(
        self, url: str, *, headers: Mapping[str, str] | None = None, seconds: float = SECONDS, most_bytes: int = MOST_BYTES
    ) -> None:
        self.url = url
        self._headers = dict(headers or {})
        self._seconds, self._most_bytes = seconds, most_bytes
        self._connection: http.client.HTTPConnection | None = None
        self._place: tuple[str, str, int] | None = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._place = None

    def request(
        self, method: str, url: str = "", *, body: bytes = b"", headers: Mapping[str, str] | None = None, follow: bool = False
    ) -> Answer:
        """Ask. `url` is relative to the client's own. Any status is an answer; raises Trouble without one.

        Redirects are followed with `follow` only, and never to another host or from https to http, since our password goes along. A
        connection kept from before that turns out to be closed is made anew once, for questions that change nothing.
        """
        target = urljoin(self.url, url)
        for _hop in range(MOST_REDIRECTS + 1):
            answer = self._ask(method, target, body, {**self._headers, **(headers or {})})
            if not follow or answer.status not in {301, 302, 303, 307, 308} or not answer.headers.get("location"):
                return answer
            there = urljoin(target, answer.headers["location"])
            if place_of(there)[1] != place_of(target)[1] or (target.startswith("https:") and not there.startswith("https:")):
                return answer
            target = there
        return answer

    def _ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        was_kept = self._connection is not None
        try:
            return self._exchange(method, url, body, headers)
        except Trouble as trouble:
            self.close()
            if trouble.problem == "broken_off" and was_kept and method in {"GET", "HEAD", "PROPFIND", "REPORT", "OPTIONS"}:
                return self._exchange(method, url, body, headers)
            raise
        except BaseException:
            self.close()
            raise

    def _exchange(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        place, until = place_of(url), time.monotonic() + self._seconds
        if self._connection is None or self._place != place:
            self.close()
            self._connection, self._place = _connect(place, self._seconds), place
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request(method, path, body=body or None, headers=dict(headers))
            response = self._connection.getresponse()
            raw = self._read(response, until)
        except TimeoutError:
            raise Trouble("timed_out") from None
        except ssl.SSLError:
            raise Trouble("tls_failed") from None
        except (http.client.RemoteDisconnected, http.client.IncompleteRead, http.client.NotConnected, ConnectionError):
            raise Trouble("broken_off") from None
        except (http.client.HTTPException, ValueError):
            raise Trouble("not_http") from None
        except OSError:
            raise Trouble("unreachable") from None
        if response.will_close:
            self.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, raw, url)

    def _read(self, response: http.client.HTTPResponse, until: float) -> bytes:
        """The body within time and size: a server that drips one byte a second must not hold us for ever."""
        parts, size = [], 0
        while chunk := response.read1(CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > self._most_bytes:
                raise Trouble("too_large")
            if time.monotonic() > until:
                raise Trouble("timed_out")
        if response.length:  # what was announced and did not come
            raise Trouble("broken_off")
        response.close()  # read to its end, and yet the connection takes no other question before
        return b"".join(parts)


def basic(username: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic, which is for https, or for this machine."""
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()} if username else {}


def place_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises Trouble."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Trouble("wrong_address") from None
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password or any(each <= " " for each in url):
        raise Trouble("wrong_address")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def _connect(place: tuple[str, str, int], seconds: float) -> http.client.HTTPConnection:
    scheme, host, port = place
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    connection.default_port = 80 if scheme == "http" else 443  # type: ignore[misc]  # what the Host header leaves out
    connection.auto_open = 0  # type: ignore[assignment]  # by itself it would look the name up again
    trouble: Trouble | None = None
    for address in _addresses(host, port):
        try:
            plain = socket.create_connection((address, port), timeout=seconds)
            connection.sock = plain if scheme == "http" else ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            return connection
        except TimeoutError:
            trouble = Trouble("timed_out")
        except ssl.SSLError:
            trouble = Trouble("tls_failed")
        except OSError:
            trouble = Trouble("unreachable")
    raise trouble or Trouble("unreachable")


def _addresses(host: str, port: int) -> list[str]:
    """Where a name leads, if we may go there. One inside address among several is enough to refuse."""
    try:
        found = list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except (OSError, UnicodeError):
        raise Trouble("unreachable") from None
    if not is_allowed(host, found):
        raise Trouble("not_allowed")
    return found


def is_allowed(host: str, addresses: list[str]) -> bool:
    """Whether all are addresses of the public internet, or `HEARD_BRIDGE_HOSTS` names the host or their networks."""
    named = [word.lower() for word in settings.BRIDGE_HOSTS]
    if host in named:
        return True
    networks = []
    for word in named:
        try:
            networks.append(ip_network(word, strict=False))
        except ValueError:
            continue
    return all(_is_public(address) or any(_plain(address) in network for network in networks) for address in addresses)


def _plain(address: str):  # type: ignore[no-untyped-def]
    """An IPv4 address in IPv6's clothes is that IPv4 address."""
    found = ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found


def _is_public(address: str) -> bool:
    found = _plain(address)
    return found.is_global and not found.is_multicast
