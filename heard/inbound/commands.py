"""`heard import mail` and `heard mail receive`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError

from heard.accounts.models import Team
from heard.accounts.services.users import add_team
from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import mailbox_for_address
from heard.channels.email.services.mailboxes import add_mailbox
from heard.inbound.selectors import ledger_totals
from heard.inbound.services.importing import import_mail as import_files
from heard.inbound.services.receiving import receive
from heard.lib.progress import Progress

TEMPORARY_FAILURE = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the message and offers it again
LARGEST = 50 * 1024 * 1024
READ_AT_MOST = LARGEST + 1


def import_mail(args: argparse.Namespace) -> int:
    """Take the history in `args.paths`. Says at the end what it did; may be interrupted and run again."""
    missing = [path for path in args.paths if not Path(path).exists()]
    if missing:
        print(f"heard import mail: there is no file or folder {missing[0]}", file=sys.stderr)
        return 2
    mailbox = _mailbox_for_history(args.mailbox)
    if mailbox is None:
        print("heard import mail: say which mailbox the mail belongs to, as in --mailbox help@company.example", file=sys.stderr)
        return 2
    before = ledger_totals(mailbox)
    progress = Progress("messages")
    try:
        done = import_files(
            [Path(path) for path in args.paths], mailbox=mailbox, open_since=_day(args.open_since),
            tell=lambda messages, at, total: progress.update(messages, at / total if total else 1.0),
        )  # fmt: skip
    except KeyboardInterrupt:
        progress.finish()
        print("Stopped. What was taken is safe; run the same command to go on.", file=sys.stderr)
        return 130
    progress.finish()
    _say_what_was_done(mailbox, before, done.taken, done.known, len(done.left_alone))
    return 0


def receive_mail(args: argparse.Namespace) -> int:
    """Take one live message from standard input. Exit code 75 asks the mail server to try again later."""
    raw = sys.stdin.buffer.read(READ_AT_MOST)
    try:
        mailbox = mailbox_for_address(args.mailbox) if args.mailbox else _the_only_one()
    except DatabaseError:
        return TEMPORARY_FAILURE
    if mailbox is None:
        print("heard mail receive: say which mailbox it is for, as in --mailbox help@company.example", file=sys.stderr)
        return 2
    try:
        receive(raw, mailbox=mailbox, transport="pipe", transport_id="")
    except (OSError, DatabaseError) as problem:
        print(f"heard mail receive: not taken, try again later ({type(problem).__name__})", file=sys.stderr)
        return TEMPORARY_FAILURE
    return 0


def _mailbox_for_history(address: str | None) -> Mailbox | None:
    """The mailbox named, made for the first team when it is new; or the only one there is."""
    if address is None:
        return _the_only_one()
    known = Mailbox.objects.filter(address__iexact=address).first() or mailbox_for_address(address)
    if known is not None:
        return known
    team = Team.objects.filter(is_department=False).order_by("pk").first() or add_team("Support", by=None)
    mailbox = add_mailbox({"name": address.partition("@")[0].capitalize(), "address": address, "team": team}, by=None)
    print(f"Made the mailbox {mailbox.address} for team {team.name}.")
    return mailbox


def _the_only_one() -> Mailbox | None:
    mailboxes = list(Mailbox.objects.all()[:2])
    return mailboxes[0] if len(mailboxes) == 1 else None


def _say_what_was_done(mailbox: Mailbox, before: dict[str, int], taken: int, known: int, left_alone: int) -> None:
    after = ledger_totals(mailbox)
    grown = {state: after[state] - before.get(state, 0) for state in after}
    print(f"Took {taken:,} messages; {known:,} were here already; {left_alone:,} files hold no mail and were left alone.")
    print(
        f"{grown['filed']:,} filed, {grown['discarded']:,} put aside by a rule, {grown['quarantined']:,} in quarantine, "
        f"{grown['erased']:,} erased before, {grown['received']:,} in hand. "
        + ("The ledger balances." if after["difference"] == 0 else f"The ledger differs by {after['difference']}: run `heard doctor`.")
    )


def _day(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
