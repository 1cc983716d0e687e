"""Proving that somebody reads the mail of an address: eight digits are sent there, and count for a quarter of an hour.

The code is nowhere: it is worked out from a random nonce with a key outside the database, so a second sending of the mail carries the same
code. For an address that we do not know everything happens as well, except that no mail leaves: the answer and its time are the same.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from heard.conversations.customer_links import derived
from heard.conversations.models import Conversation
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Identifier, Identity
from heard.people.rules import normalise_email
from heard.portal.models import Code
from heard.portal.services import limits
from heard.portal.tasks import send_code
from heard.timeline.models import InteractionParty

LIFE = timedelta(minutes=15)
KEPT = timedelta(days=7)
TRIES = 5
DIGITS = 8


class TooManyCodes(Refusal):
    """This address, or this network, asked too often."""

    def __init__(self) -> None:
        super().__init__(_("That was too often. Wait an hour, then ask for a code again, or write to us by e-mail."))


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of typing a code: `code` when it was right, else how many tries are left (0: ask for a new one)."""

    code: Code | None
    tries_left: int = 0


def ask_for_code(
    *, conversation_id: int | None, address: str, network: str, identity: Identity | None = None, wanted: str = "", language: str = ""
) -> Code:
    """Send a code to `address`, if it belongs to somebody who takes part in the conversation (or to `identity`). Nobody can tell which.

    Answers the row by which the browser goes on. Raises TooManyCodes, for unknown addresses just the same.
    """
    normal = normalise_email(address)
    key = address_key(normal)
    conversation = Conversation.objects.filter(pk=conversation_id or 0).first()
    holder = _holder(conversation_id or 0, normal, identity)
    for limit in (limits.CODES, limits.CODES_A_DAY):
        if not limits.may(limit, key, network):
            raise TooManyCodes
    with transaction.atomic():
        moment = now()
        Code.objects.filter(made_at__lt=moment - KEPT).delete()
        code = Code.objects.create(
            request=uuid.uuid4(), nonce=secrets.token_bytes(16), address_key=key, conversation=conversation, identity=holder,
            wanted=wanted, language=language, made_at=moment,
        )  # fmt: skip
        record_event("code.asked", code, conversation_id=code.conversation_id, identity_id=code.identity_id)
        send_code.enqueue(code.pk)
    return code


def check_code(request: uuid.UUID, digits: str, *, network: str) -> Checked:
    """Try a code. It works once; five wrong tries end it, ten a day end all codes of the address. Unknown ones fail in the same way."""
    code = Code.objects.filter(request=request).first()
    key = code.address_key if code is not None else str(request)
    if not limits.is_within(limits.GUESSES, key, network):
        return Checked(None)
    with transaction.atomic():
        code = lock(code) if code is not None else None
        expected = digits_of(code) if code is not None else "-" * DIGITS
        is_right = hmac.compare_digest(expected.encode(), digits.encode("utf-8", "replace"))
        if code is None or _is_over(code):
            limits.count(limits.GUESSES, key, network)
            return Checked(None)
        code.attempts += 1
        if not is_right or code.identity is None:
            code.save(update_fields=["attempts"])
            limits.count(limits.GUESSES, key, network)
            return Checked(None, max(0, TRIES - code.attempts))
        code.used_at = now()
        code.save(update_fields=["attempts", "used_at"])
        _note_proof(code)
        record_event("code.used", code, actor=code.identity, conversation_id=code.conversation_id, identity_id=code.identity_id)
    return Checked(code)


def digits_of(code: Code) -> str:
    """The code itself: 8 digits, the same each time."""
    number = int.from_bytes(derived(b"code", code.request.bytes + bytes(code.nonce))[:16])
    return f"{number % 10**DIGITS:0{DIGITS}}"


def address_key(normal: str) -> str:
    """A keyed hash of an address."""
    return derived(b"address", normal.encode("utf-8", "replace")).hex()


def address_of(code: Code) -> str:
    """The address a code goes to: the one that was asked for, as its identity holds it now; "" when there is none any more."""
    rows = Identifier.objects.filter(identity=code.identity_id, kind="email") if code.identity_id else Identifier.objects.none()
    return next((row.value for row in rows if hmac.compare_digest(address_key(row.value), code.address_key)), "")


def _holder(conversation_id: int, normal: str, identity: Identity | None) -> Identity | None:
    """Who holds the address and takes part: wrote in the conversation, or got our words there. Two queries, whatever they find."""
    holders = Identifier.objects.filter(kind="email", value=normal, identity__erased_at=None).select_related("identity").order_by("pk")
    candidates = {row.identity_id: row.identity for row in holders}
    if identity is not None:
        candidates = {pk: one for pk, one in candidates.items() if pk == identity.pk}
    parties = InteractionParty.objects.filter(identity__in=list(candidates) or [0], interaction__message__conversation=conversation_id)
    parties = parties.filter(role="from") | parties.filter(role__in=("to", "cc", "bcc"), interaction__direction="out")
    found = set(parties.values_list("identity_id", flat=True).distinct())
    return next((one for pk, one in candidates.items() if pk in found), None)


def _is_over(code: Code) -> bool:
    return code.used_at is not None or code.attempts >= TRIES or now() - code.made_at > LIFE


def _note_proof(code: Code) -> None:
    """Who typed the code reads the mail of the address."""
    for identifier in Identifier.objects.filter(identity=code.identity_id, kind="email", verified_at=None):
        if address_key(identifier.value) == code.address_key:
            identifier.verified_at, identifier.verified_how = now(), "code"
            identifier.save(update_fields=["verified_at", "verified_how"])
            record_event("identity.verified", identifier.identity, identifier_id=identifier.pk, how="code")
