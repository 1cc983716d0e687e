"""A Dovecot of the tests' own: IMAP to read, LMTP to deliver. Any user name, password `secret`."""

import imaplib
import os
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.common import answers, current_user, find_program, free_port, is_root, server_folder, stop, wait_until

PASSWORD = "secret"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_username_format = %Ln
mail_location = maildir:~/Maildir
first_valid_uid = 1
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%Ln allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  user = {mail_user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server; users come into being with their first mail or log-in."""

    imap_port: int
    lmtp_port: int
    folder: Path
    host: str = "127.0.0.1"
    password: str = PASSWORD

    def deliver(self, raw: bytes, *, to: str, sender: str = "sender@example.org") -> None:
        """Put one message into the inbox of `to` (the part before the @ is the user) by LMTP."""
        with smtplib.LMTP(self.host, self.lmtp_port) as client:
            client.sendmail(sender, [to], raw)

    def connect(self, user: str) -> imaplib.IMAP4:
        """An IMAP connection logged in as `user`; the caller logs out."""
        client = imaplib.IMAP4(self.host, self.imap_port)
        client.login(user, self.password)
        return client

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """All raw messages in a folder of `user`, oldest first, without touching their flags."""
        client = self.connect(user)
        try:
            client.select(folder, readonly=True)
            _, found = client.uid("SEARCH", "ALL")
            uids = found[0].split() if found and found[0] else []
            return [client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1] for uid in uids]
        finally:
            client.logout()


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Start a server in a temporary folder, wait until it answers, stop it in the end. Raises ServerAbsent."""
    program = find_program("dovecot", package="dovecot-imapd")
    if not Path("/usr/lib/dovecot/lmtp").exists():
        find_program("dovecot-lmtp", package="dovecot-lmtpd")
    with server_folder("dovecot") as folder:
        imap_port, lmtp_port = free_port(), free_port()
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, imap_port=imap_port, lmtp_port=lmtp_port, password=PASSWORD, **_users())
        )
        _make_mail_folder(folder / "mail")
        process = subprocess.Popen([program, "-F", "-c", str(configuration)], stdin=subprocess.DEVNULL)
        try:
            wait_until(lambda: answers(imap_port) and answers(lmtp_port), process=process, log=folder / "log")
            yield Dovecot(imap_port=imap_port, lmtp_port=lmtp_port, folder=folder)
        finally:
            stop(process)


def _users() -> dict[str, str]:
    """Who runs which part: Debian's users when we are root, ourselves otherwise."""
    if is_root():
        return {
            "login_user": "dovenull",
            "internal_user": "dovecot",
            "internal_group": "dovecot",
            "mail_user": "mail",
            "mail_group": "mail",
        }
    user, group = current_user()
    return {"login_user": user, "internal_user": user, "internal_group": group, "mail_user": user, "mail_group": group}


def _make_mail_folder(path: Path) -> None:
    path.mkdir()
    if is_root():
        import grp
        import pwd

        os.chown(path, pwd.getpwnam("mail").pw_uid, grp.getgrnam("mail").gr_gid)
