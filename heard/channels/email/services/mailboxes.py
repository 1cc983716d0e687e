"""Setting up and changing mailboxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from heard.accounts.models import User
from heard.accounts.services.audiences import audience_of
from heard.channels.email.models import Mailbox
from heard.channels.email.secrets import seal
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.time import now

SECRETS = ("imap_password", "smtp_password")


@transaction.atomic
def add_mailbox(values: Mapping[str, Any], *, by: User | None) -> Mailbox:
    """Make a mailbox. `values` are its columns by name, with passwords in clear as `imap_password` and `smtp_password`.

    Mail that is on its server already is history unless `live_since` says otherwise.
    """
    mailbox = Mailbox(live_since=now())
    _write(mailbox, values)
    record_event("mailbox.added", mailbox, actor=by, team_id=mailbox.team_id)
    return mailbox


@transaction.atomic
def change_mailbox(mailbox: Mailbox, values: Mapping[str, Any], *, by: User) -> Mailbox:
    """Change a mailbox. An empty password keeps the one we have. What was troubled is looked at afresh.

    Another team gets what arrives from now on; conversations that exist stay with theirs.
    """
    mailbox = lock(mailbox)
    mailbox.in_problem = mailbox.out_problem = ""
    _write(mailbox, values)
    record_event("mailbox.changed", mailbox, actor=by, team_id=mailbox.team_id)
    return mailbox


def _write(mailbox: Mailbox, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in SECRETS and not (name == "live_since" and value is None):
            setattr(mailbox, name, value)
    for name in SECRETS:
        host, username = (getattr(mailbox, name.replace("password", part)) for part in ("host", "username"))
        if not host or not username:
            setattr(mailbox, f"{name}_sealed", None)
        elif values.get(name):
            setattr(mailbox, f"{name}_sealed", seal(values[name]))
    mailbox.audience = audience_of([mailbox.team])
    mailbox.save()
