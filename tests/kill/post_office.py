"""A mail server that counts: what was handed over, when, and by which process.

Which process it was is read from the kernel while the connection is opened; a killed one cannot be asked any more.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from tests.servers.common import free_port


@dataclass(frozen=True, slots=True)
class HandOver:
    """One message that the server answered with 250. `worker` is the process on the other side."""

    message_id: str
    recipients: tuple[str, ...]
    text: str
    worker: int
    at: datetime


@dataclass(slots=True)
class PostOffice:
    """A running server at `port`; takes everything from anybody."""

    port: int
    handed_over: list[HandOver] = field(default_factory=list)
    accepted: threading.Condition = field(default_factory=threading.Condition)

    def by_message_id(self) -> dict[str, list[HandOver]]:
        """What came, in the order in which it came."""
        found: dict[str, list[HandOver]] = {}
        for one in list(self.handed_over):
            found.setdefault(one.message_id, []).append(one)
        return found

    def wait_for_next(self, seconds: float) -> bool:
        """Return as soon as one more message is taken, before the other side can have read the answer."""
        with self.accepted:
            return self.accepted.wait(seconds)


class _Handler:
    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        self._look_who_it_is(session)
        return responses

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self._look_who_it_is(session)
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self._look_who_it_is(session)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    def _look_who_it_is(self, session: Session) -> None:
        if not session.__dict__.get("worker"):  # the kernel's table changes while it is read, and may miss one
            session.__dict__["worker"] = process_at(session.peer[1], talks_to=self.office.port)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        taken = HandOver(mail["Message-ID"].strip("<>"), tuple(envelope.rcpt_tos), text, session.__dict__["worker"], datetime.now(UTC))
        self.office.handed_over.append(taken)
        with self.office.accepted:
            self.office.accepted.notify_all()
        return "250 2.0.0 kept"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Start a server and stop it in the end."""
    office = PostOffice(port=free_port())
    controller = Controller(_Handler(office), hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def process_at(port: int, *, talks_to: int) -> int:
    """The process whose end of a connection to the port `talks_to` has the local port `port`; 0 when it is gone."""
    inode = _inode_of(port, talks_to)
    for folder in Path("/proc").glob("[0-9]*/fd") if inode else ():
        if f"socket:[{inode}]" in _open_files(folder):
            return int(folder.parent.name)
    return 0


def _open_files(folder: Path) -> Iterator[str]:
    with suppress(OSError):  # the process ended
        for entry in folder.iterdir():
            with suppress(OSError):  # this file was closed meanwhile
                yield str(entry.readlink())


def _inode_of(port: int, talks_to: int) -> str:
    """Several connections may have one local port, each to another place."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, *_, inode = line.split()[:10]
        if (_port(local), _port(remote)) == (port, talks_to) and inode != "0":
            return inode
    return ""


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)
