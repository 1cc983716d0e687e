"""Which mailboxes there are, and what they have to say about themselves."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.rules import base_address


def mailbox_for_address(address: str) -> Mailbox | None:
    """The active mailbox that answers to `address`, its aliases and plus addresses included. One query."""
    wanted = {address.lower(), base_address(address)}
    return next((mailbox for mailbox in Mailbox.objects.filter(is_active=True) if wanted & mailbox.addresses), None)


def all_own_addresses() -> set[str]:
    """Every address that is ours, lower-cased, of inactive mailboxes too. One query."""
    return {address for mailbox in Mailbox.objects.only("address", "aliases") for address in mailbox.addresses}


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
