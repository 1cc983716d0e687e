"""Which mailboxes there are, and what they have to say about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email import words
from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.rules import base_address
from heard.lib.prepared import prepared_look_up
from heard.ui.navigation import Count


@dataclass(frozen=True, slots=True)
class MailboxState:
    """A mailbox as its page describes it: how mail comes in, and what is wrong with either way, in words ("" for nothing)."""

    mailbox: Mailbox
    comes_by: str
    way_in: str
    way_out: str

    @property
    def is_well(self) -> bool:
        return not self.way_in and not self.way_out


def mailbox_for_address(address: str) -> Mailbox | None:
    """The active mailbox that answers to `address`, its aliases and plus addresses included. One query."""
    wanted = {address.lower(), base_address(address)}
    return next((mailbox for mailbox in Mailbox.objects.filter(is_active=True) if wanted & mailbox.addresses), None)


def all_own_addresses() -> set[str]:
    """Every address that is ours, lower-cased, of inactive mailboxes too. One query."""
    return {address.lower() for mailbox, aliases in _addresses() for address in (mailbox, *aliases)}


@prepared_look_up
def _addresses() -> QuerySet[Mailbox, tuple[str, list[str]]]:
    return Mailbox.objects.order_by().values_list("address", "aliases")


def mailboxes_to_watch() -> list[Mailbox]:
    """Active mailboxes that are read by IMAP. One query."""
    return list(Mailbox.objects.filter(is_active=True).exclude(imap_host=""))


def list_mailboxes() -> list[Mailbox]:
    """All mailboxes with their teams, for administrators. One query."""
    return list(Mailbox.objects.select_related("team").order_by("-is_active", "name"))


def get_mailbox(pk: int) -> Mailbox:
    """One mailbox with its team; 404 when there is none."""
    return get_object_or_404(Mailbox.objects.select_related("team"), pk=pk)


def get_test(mailbox: Mailbox, pk: int) -> MailboxTest:
    """One test of this mailbox; 404 when there is none."""
    return get_object_or_404(MailboxTest.objects.select_related("by"), mailbox=mailbox, pk=pk)


def states_of(mailboxes: Iterable[Mailbox]) -> list[MailboxState]:
    """What each mailbox has to say about itself. No query."""
    return [_state(mailbox) for mailbox in mailboxes]


def troubled_mailboxes(user: User) -> Count | None:
    """How many mailboxes do not take or send mail, for the rail. One query."""
    troubled = Mailbox.objects.filter(~Q(in_problem="") | ~Q(out_problem=""), is_active=True).count()
    return Count(troubled, "late", _("in trouble")) if troubled else None


def _state(mailbox: Mailbox) -> MailboxState:
    out_problem = mailbox.out_problem
    if not out_problem and not mailbox.smtp_host and not settings.MAIL_OUTBOX:
        out_problem = "no_server"
    return MailboxState(mailbox, _comes_by(mailbox), words.way_in(mailbox.in_problem), words.way_out(out_problem))


def _comes_by(mailbox: Mailbox) -> str:
    if mailbox.imap_host:
        return _("fetched from %(server)s") % {"server": mailbox.imap_host}
    return _("handed over by your mail server") if settings.LMTP_ADDRESS else _("by hand or by a pipe")


def mailboxes_of(user: User) -> list[Mailbox]:
    """Active mailboxes from which `user` may write: those of their teams. One query."""
    return list(Mailbox.objects.filter(is_active=True, team__memberships__user=user).distinct().order_by("name"))
