"""A submission server with TLS and log-in that answers as a test says: what a provider's port 587 or 465 does.

It keeps what it accepted in `received`. `script` makes it refuse: `server.script("RCPT", "451 4.3.0 later", times=2)`.
"""

import ipaddress
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.common import free_port, server_folder

USER, PASSWORD = "heard", "secret"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that the server answered with 250."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str
    used_tls: bool


@dataclass(slots=True)
class Submission:
    """A running server; `certificate` is what a client must trust."""

    port: int
    certificate: Path
    host: str = "localhost"
    user: str = USER
    password: str = PASSWORD
    received: list[Accepted] = field(default_factory=list)
    connections: int = 0
    replies: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, stage: str, reply: str, *, times: int = 1) -> None:
        """Answer the next `times` commands of `stage` (MAIL, RCPT or DATA) with `reply` instead of accepting."""
        with self._lock:
            self.replies.setdefault(stage, []).extend([reply] * times)

    def next_reply(self, stage: str) -> str | None:
        with self._lock:
            waiting = self.replies.get(stage)
            return waiting.pop(0) if waiting else None


class Handler:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, server: Submission) -> None:
        self.server = server

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        if session.ssl is None:
            self.server.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if reply := self.server.next_reply("MAIL"):
            return reply
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if reply := self.server.next_reply("RCPT"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if reply := self.server.next_reply("DATA"):
            return reply
        content = envelope.original_content or b""
        login = session.auth_data.login.decode() if session.auth_data else ""
        accepted = Accepted(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, login, session.ssl is not None)
        self.server.received.append(accepted)
        return "250 2.0.0 kept"


@contextmanager
def submission(*, security: str = "starttls") -> Iterator[Submission]:
    """Start a server (`security`: starttls, or tls from the first byte) and stop it in the end."""
    with server_folder("submission") as folder:
        server = Submission(port=free_port(), certificate=make_certificate(folder))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
        options = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
        controller = Controller(
            Handler(server),
            hostname="127.0.0.1",
            port=server.port,
            authenticator=_authenticate,
            auth_required=True,
            auth_require_tls=security != "tls",  # aiosmtpd does not see TLS that began before SMTP
            **options,
        )
        controller.start()
        try:
            yield server
        finally:
            controller.stop()


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False, auth_data=data)


def make_certificate(folder: Path) -> Path:
    """Write tls.crt and tls.key for localhost into `folder`; returns the certificate's path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    with os.fdopen(os.open(folder / "tls.key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(secret)
    return folder / "tls.crt"
