"""What was erased before does not come back: by the same bytes, by the same place on the mail server, or as the same mail by another road."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from heard.channels.email.envelope import Address, InboundMessage
from heard.inbound.models import Cause, Inbound, State
from heard.inbound.services.reading import Readable
from heard.inbound.tasks import forget_bytes
from heard.lib.time import now
from heard.people.rules import normalise_email
from heard.privacy.tombstones import buried_pairs, keyed


def content_mark(mail: InboundMessage, sender: Address) -> str:
    """What is hashed to recognise a mail by; "" for one without a Message-ID, which only its bytes identify."""
    return f"{mail.message_id} {normalise_email(sender.address)}" if mail.message_id else ""


def transport_mark(mailbox_id: int, transport_id: str) -> str:
    """What is hashed of the place at which a mail server holds a mail."""
    return f"{mailbox_id} {transport_id}"


def refuse_erased(inbound: Inbound) -> None:
    """Settle a row as erased before, without saving it: no bytes, no digest, no place. Within the transaction that saves it."""
    if inbound.blob_id is not None:
        forget_bytes.enqueue([inbound.blob_id])
    inbound.state, inbound.cause, inbound.detail, inbound.settled_at = State.ERASED, Cause.ERASED_BEFORE, "", now()
    inbound.blob, inbound.digest, inbound.transport_id = None, keyed("mail", inbound.digest), ""


def erased_before(read: Sequence[Readable]) -> list[Inbound]:
    """Those that are the same mails as erased ones, though other servers wrote other lines above them. One query.

    Of history, also what an erased address wrote before its erasure: an old archive brings nobody back. Who writes to us anew is heard.
    """
    pairs: dict[int, list[tuple[str, str]]] = {}
    for one in read:
        mark = content_mark(one.mail, one.sender)
        pairs[one.inbound.pk] = [("message", mark)] if mark else []
        if one.inbound.is_history:
            pairs[one.inbound.pk].append(("address", normalise_email(one.sender.address)))
    found = buried_pairs(pair for mine in pairs.values() for pair in mine) if pairs else {}
    return [
        one.inbound
        for one in read
        if any(pair in found and (pair[0] == "message" or one.happened_at <= found[pair]) for pair in pairs.get(one.inbound.pk, []))
    ]


def erased_recipients(read: Sequence[Readable]) -> set[str]:
    """Erased addresses, normalised, to which only history of before their erasure was sent: an old archive makes nobody known again.

    One query for history, none for live mail.
    """
    sent: dict[str, datetime] = {}
    for one in read:
        if one.inbound.is_history:
            for person in (*one.mail.to, *one.mail.cc):
                address = normalise_email(person.address)
                sent[address] = max(one.happened_at, sent.get(address, one.happened_at))
    found = buried_pairs(("address", address) for address in sent) if sent else {}
    return {address for (_, address), at in found.items() if sent[address] <= at}
