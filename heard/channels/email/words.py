"""What a mailbox's troubles are called on pages: what happened, and what to do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WAY_IN: dict[str, str | Promise] = {
    "unreachable": _("The server cannot be reached. Look at its name and port."),
    "timed_out": _("The server does not answer in time."),
    "disconnected": _("The server ends the connection."),
    "bad_login": _("The server refuses the log-in. Enter the password again."),
    "tls_failed": _("No safe connection is possible: the server's certificate is not valid, or the encryption is another one."),
    "no_folder": _("The server does not know this folder."),
    "refused": _("The server refuses to be read now."),
    "cannot_move": _("Mail arrives, and cannot be moved or flagged on the server."),
    "cannot_keep": _("We cannot keep mail now: the disk is full or the database is away. It waits on the server."),
    "wrong_key": _("The password cannot be decrypted any more. Enter it again."),
}

WAY_OUT: dict[str, str | Promise] = {
    "unreachable": _("The server cannot be reached. Look at its name and port."),
    "timed_out": _("The server does not answer in time."),
    "bad_login": _("The server refuses the log-in. Enter the password again."),
    "tls_failed": _("No safe connection is possible: the server's certificate is not valid, or the encryption is another one."),
    "refused": _("The server refuses our mail."),
    "too_large": _("The message is larger than the server takes."),
    "no_server": _("There is no server to send by yet."),
    "wrong_key": _("The password cannot be decrypted any more. Enter it again."),
}


def way_in(problem: str) -> str:
    """The sentence for a problem of fetching; "" for none."""
    return str(WAY_IN.get(problem, problem and _("Mail cannot be fetched now.")))


def way_out(problem: str) -> str:
    """The sentence for a problem of sending; "" for none."""
    return str(WAY_OUT.get(problem, problem and _("Mail cannot be sent now.")))
