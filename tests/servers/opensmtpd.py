"""An OpenSMTPD of the tests' own: takes mail by SMTP and hands it to Dovecot, user by the part before the @.

What it does by the recipient's domain:

- `refused.example`: 550 at RCPT, as for an address that does not exist;
- `bounces.example`: 250, and soon afterwards a real delivery status notification to the envelope's sender;
- everything else: delivered to Dovecot.

Debian's program knows one spool folder and one control socket per machine. Where the kernel lets us, each server gets
a mount namespace in which both are its own; elsewhere servers wait for one another. Its TLS does not work with
OpenSSL 3 (OpenSMTPD issue 1171), so TLS and log-in are tested against `submission.py`.
"""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.common import ServerAbsent, answers, find_program, free_port, is_root, server_folder, stop, wait_until
from tests.servers.dovecot import Dovecot

SPOOL = Path("/var/spool/smtpd")
MACHINE_LOCK = Path("/tmp/heard-opensmtpd.lock")

# Without the first line the server refuses the 101st mail of one session.
CONFIGURATION = """
smtp limit max-mails 100000
table users {{ "@" = mail }}
listen on 127.0.0.1 port {port} hostname mail.test.local
action "deliver" lmtp "127.0.0.1:{lmtp_port}" rcpt-to virtual <users>
action "bounce" mda "exit 67" virtual <users>
match from any for domain "refused.example" reject
match from any for domain "bounces.example" action "bounce"
match from any for any action "deliver"
"""

# In a namespace of its own the server sees our folders in the places it knows.
PRIVATE_START = """
set -e
mount --bind "$1/spool" /var/spool/smtpd
mount --bind "$1/run" /run
exec "$2" -d -f "$1/smtpd.conf"
"""


@dataclass(frozen=True, slots=True)
class OpenSMTPD:
    """A running server that takes mail in plain text from anybody at `port`."""

    port: int
    folder: Path
    host: str = "127.0.0.1"


@contextmanager
def opensmtpd(deliver_to: Dovecot) -> Iterator[OpenSMTPD]:
    """Start a server in a temporary folder, wait until it answers, stop it in the end. Raises ServerAbsent."""
    program = find_program("smtpd", package="opensmtpd")
    if not is_root():
        raise ServerAbsent("OpenSMTPD can only be started by root")
    with server_folder("smtpd") as folder, ExitStack() as stack:
        port = free_port()
        configuration = folder / "smtpd.conf"
        configuration.write_text(CONFIGURATION.format(port=port, lmtp_port=deliver_to.lmtp_port))
        log = folder / "log"
        command = _private_command(folder, program)
        if command is None:
            stack.enter_context(_only_one_on_this_machine())
            command = [program, "-d", "-f", str(configuration)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        stack.callback(stop, process)
        wait_until(lambda: answers(port), process=process, log=log)
        yield OpenSMTPD(port=port, folder=folder)


def _private_command(folder: Path, program: str) -> list[str] | None:
    """The command that starts the server in its own mount namespace; None where the kernel forbids one."""
    unshare = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*unshare, "mount", "--bind", str(folder), "/mnt"], capture_output=True).returncode != 0:
        return None
    SPOOL.mkdir(mode=0o711, parents=True, exist_ok=True)
    for name in ("spool", "run"):
        (folder / name).mkdir(mode=0o711)
    return [*unshare, "sh", "-c", PRIVATE_START, "smtpd", str(folder), program]


@contextmanager
def _only_one_on_this_machine() -> Iterator[None]:
    with MACHINE_LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
