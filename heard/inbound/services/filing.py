"""Understanding what came in: a batch is read, its people found, its messages placed, and every original settled.

A live message is a batch of one. Filing may run twice: an original is settled once, under its lock.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from heard.accounts.models import User
from heard.channels.email.authentication import verifies_address
from heard.channels.email.automatic import may_acknowledge
from heard.channels.email.selectors import all_own_addresses
from heard.channels.email.tokens import find_tokens, read_token
from heard.channels.email.understanding import Understood
from heard.conversations.services.acknowledgements import acknowledge
from heard.conversations.services.arrivals import Arrival, Filed, Placed, place_arrivals
from heard.conversations.services.deliveries import apply_bounce
from heard.conversations.threading import envelope_of
from heard.events import NewEvent, record_events, recorded_together
from heard.inbound.models import Cause, Inbound, State
from heard.inbound.services.inner_answers import apply_inner_bounce, conversation_asked_about, file_inner_answers
from heard.inbound.services.reading import Read, Readable, Unreadable, read_original
from heard.inbound.services.refusing import erased_before, erased_recipients, refuse_erased
from heard.lib.db import update_rows
from heard.lib.keys import key
from heard.lib.prepared import prepared_look_up
from heard.lib.time import now
from heard.people.models import Identity
from heard.people.rules import normalise_email
from heard.people.services.identities import Sighting, identify_many
from heard.promises import rules as promise_rules
from heard.promises.services.replies import Waiting, owe_replies
from heard.timeline.services.recording import NewFile

logger = logging.getLogger(__name__)
TRIES = 3
NOT_OUR_MISTAKE = (OperationalError, InterfaceError, OSError, MemoryError)
"""Lock, connection, disk, memory: worth another try later, and nothing that this message is to blame for."""
SETTLED = ["state", "cause", "detail", "interaction", "is_copy", "settled_at", "attempts", "blob", "digest", "transport_id"]


def file_batch(inbound_ids: Sequence[int], understood: Mapping[int, Understood] | None = None) -> None:
    """File every original of `inbound_ids` that is still in hand; the others were settled by an earlier run.

    `understood` is what other processes read of some of them, by id. Raises what a database or a disk may do; a mistake of ours holds back
    no other message, and puts the one it happens with into quarantine.
    """
    understood = understood or {}
    waiting = _waiting(list(inbound_ids))
    read = [read_original(inbound, inbound.mailbox, understood.get(inbound.pk)) for inbound in waiting]
    try:
        _file_again_if_another_was_faster(read)
    except NOT_OUR_MISTAKE:
        raise
    except Exception:
        _file_one_by_one(read)


@prepared_look_up
def _waiting(inbound_ids: list[int]) -> QuerySet[Inbound]:
    rows = Inbound.objects.filter(pk__in=inbound_ids, state=State.RECEIVED).order_by("pk")
    return rows.select_related("blob", "mailbox__audience", "mailbox__team")


def _file_again_if_another_was_faster(read: list[Read]) -> None:
    """On PostgreSQL two workers may make the same identity at the same moment; the slower one reads again and finds it."""
    for _try in range(TRIES - 1):
        try:
            _file(read)
        except IntegrityError:
            continue
        return
    _file(read)


def _file_one_by_one(read: list[Read]) -> None:
    for one in read:
        try:
            _file_again_if_another_was_faster([one])
        except NOT_OUR_MISTAKE:
            raise
        except Exception as problem:
            logger.exception("an original could not be filed", extra={"inbound": one.inbound.pk, "error": type(problem).__name__})
            _file([Unreadable(one.inbound, Cause.FAILED, type(problem).__name__[:80])])


@transaction.atomic
@recorded_together()
def _file(read: list[Read]) -> None:
    read = _still_in_hand(read)
    erased = {inbound.pk for inbound in erased_before([one for one in read if isinstance(one, Readable)])}
    readable = [one for one in read if isinstance(one, Readable) and one.inbound.pk not in erased and not _put_aside_by_rule(one)]
    for one in read:
        if one.inbound.pk in erased:
            refuse_erased(one.inbound)
        elif isinstance(one, Unreadable):
            _settle(one.inbound, State.QUARANTINED, cause=one.cause, detail=one.detail)
    readable = _without_inner_answers(readable)
    placed = _place(readable)
    for original, result in zip(readable, placed, strict=True):
        _settle_placed(original.inbound, result)
    filed = [result for result in placed if isinstance(result, Filed)]
    _owe(filed)
    settled = [one.inbound for one in read]
    update_rows(settled, SETTLED)
    record_events(_event(inbound) for inbound in settled if inbound.state != State.FILED)  # what was filed has its message's event
    for result in filed:
        if result.is_new_conversation and result.arrival.waits and not result.arrival.is_history and may_acknowledge(result.arrival.mail):
            acknowledge(result.conversation, message=result.message)


def _without_inner_answers(readable: list[Readable]) -> list[Readable]:
    """Settle what answers a question between colleagues. The others may come from customers."""
    answers = file_inner_answers(readable)
    for one in readable:
        if one.inbound.pk in answers:
            answer = answers[one.inbound.pk]
            if answer is None:
                _settle(one.inbound, State.DISCARDED, cause=Cause.SUPPRESSED_AUTOMATIC)
            else:
                _settle(one.inbound, State.FILED)
                one.inbound.interaction_id = answer.message.interaction_id
    return [one for one in readable if one.inbound.pk not in answers]


def _put_aside_by_rule(one: Readable) -> bool:
    """Our own mail that came back, and notices of delivery, are settled here; the latter mark the message they are about."""
    if one.mail.automatic == "own":
        _settle(one.inbound, State.DISCARDED, cause=Cause.OWN_LOOP)
        return True
    if one.mail.bounce is None:
        return False
    message = None if one.inbound.is_history or apply_inner_bounce(one) else apply_bounce(one.mail.bounce, at=one.inbound.received_at)
    _settle(one.inbound, State.DISCARDED, cause=Cause.BOUNCE)
    if message is not None:
        one.inbound.interaction_id = message.interaction_id
    return True


def _still_in_hand(read: list[Read]) -> list[Read]:
    """Those that nobody settled meanwhile, locked in order of id."""
    in_hand: dict[int, list[Any]] = {pk: values for pk, *values in _locked([one.inbound.pk for one in read])}
    read = [one for one in read if one.inbound.pk in in_hand]
    for one in read:  # an attempt that was rolled back may have changed the object
        inbound = one.inbound
        inbound.state, inbound.blob_id, inbound.digest, inbound.transport_id, inbound.attempts = in_hand[inbound.pk]
        inbound.interaction, inbound.is_copy = None, False
    return read


@prepared_look_up
def _locked(inbound_ids: list[int]) -> QuerySet[Inbound, tuple[Any, ...]]:
    rows = Inbound.objects.filter(pk__in=inbound_ids, state=State.RECEIVED).select_for_update().order_by("pk")
    return rows.values_list("pk", "state", "blob_id", "digest", "transport_id", "attempts")


def _place(readable: list[Readable]) -> list[Placed]:
    if not readable:
        return []
    ours = all_own_addresses()
    colleagues = {user.email.lower(): user for user in _colleagues(_addresses_in(readable))}
    forgotten = erased_recipients(readable)
    sightings = (sighting for one in readable for sighting in _sightings(one, ours, colleagues))
    identities = identify_many([sighting for sighting in sightings if normalise_email(sighting.address) not in forgotten])
    return place_arrivals([_arrival(one, identities, ours, colleagues) for one in readable], our_colleagues=colleagues)


def _addresses_in(readable: Iterable[Readable]) -> set[str]:
    """Every address that one of these messages names."""
    named = (person.address for one in readable for person in (one.sender, *one.mail.to, *one.mail.cc, *one.mail.bcc))
    return {form for address in named for form in (address.lower(), normalise_email(address))}


@prepared_look_up
def _colleagues(addresses: Collection[str]) -> QuerySet[User]:
    """Active colleagues among these addresses. Log-ins are stored in small letters."""
    return User.objects.filter(is_active=True, email__in=addresses).only("email", "name", "role", "is_active")


def _sightings(one: Readable, ours: Collection[str], colleagues: Collection[str]) -> list[Sighting]:
    audience = one.inbound.mailbox.audience_id
    proof = one.authentication.method if verifies_address(one.authentication) and one.sender == one.mail.sender else ""
    others = [person for person in (*one.mail.to, *one.mail.cc) if not {normalise_email(person.address)} & {*ours, *colleagues}]
    sightings = [Sighting(person.address, person.name, one.happened_at, audience) for person in others]
    if not _wrote_it_ourselves(one, ours, colleagues):
        sightings.append(Sighting(one.sender.address, one.sender.name, one.happened_at, audience, proof))
    return sightings


def _wrote_it_ourselves(one: Readable, ours: Collection[str], colleagues: Collection[str]) -> bool:
    """Whether this is our own word. Live mail must prove it: anybody can write our address into From."""
    is_our_address = normalise_email(one.sender.address) in {*ours, *colleagues}
    return is_our_address and (one.authentication.result == "pass" or one.inbound.is_history)


def _arrival(one: Readable, identities: dict[str, Identity], ours: set[str], colleagues: dict[str, User]) -> Arrival:
    is_ours = _wrote_it_ourselves(one, ours, colleagues)
    sender = None if is_ours else identities[normalise_email(one.sender.address)]
    author = colleagues.get(normalise_email(one.sender.address)) if is_ours else None
    parties = [(sender, "from")] if sender else []
    for role, people in (("to", one.mail.to), ("cc", one.mail.cc)):
        parties += [(identities[normal], role) for person in people if (normal := normalise_email(person.address)) in identities]
    envelope = envelope_of(one.mail, authentication=one.authentication.result, tokens=_tokens(one), our_addresses=ours)
    return Arrival(
        mail=one.mail, mailbox=one.inbound.mailbox, envelope=replace(envelope, sender=normalise_email(one.sender.address)), sender=sender,
        author=author, parties=parties, files=_files(one), authentication=one.authentication, language=one.language,
        happened_at=one.happened_at, reached_us_at=one.inbound.received_at, is_history=one.inbound.is_history,
        open_since=one.inbound.open_since,
    )  # fmt: skip


def _tokens(one: Readable) -> tuple[int, ...]:
    secret = key("mail")
    found = (read_token(token, secret) for token in find_tokens(one.mail))
    return tuple(dict.fromkeys(number for number in (*found, conversation_asked_about(one)) if number is not None))


def _files(one: Readable) -> list[NewFile]:
    return [
        NewFile(one.blob, part.name, part.content_type, part.size, part.number, part.content_id, part.is_inline)
        for part in one.mail.attachments
    ]


def _settle_placed(inbound: Inbound, placed: Placed) -> None:
    if isinstance(placed, Filed):
        _settle(inbound, State.FILED)
        inbound.interaction = placed.message.interaction
    elif placed.rule:
        _settle(inbound, State.DISCARDED, cause=placed.rule)
    else:
        _settle(inbound, State.FILED)
        inbound.is_copy, inbound.interaction = True, placed.copied


def _settle(inbound: Inbound, state: str, *, cause: str = "", detail: str = "") -> None:
    inbound.state, inbound.cause, inbound.detail = state, cause, detail
    inbound.settled_at = now()
    inbound.attempts += 1


def _owe(filed: Sequence[Filed]) -> None:
    owe_replies(
        Waiting(
            one.conversation, promise_rules.Arrival(one.arrival.reached_us_at, one.arrival.mail.automatic, one.arrival.is_history),
            is_new=one.is_new_conversation,
        )
        for one in filed
        if one.arrival.waits and not one.conversation.is_history
    )  # fmt: skip


def _event(inbound: Inbound) -> NewEvent:
    fields: dict[str, object] = {"mailbox_id": inbound.mailbox_id}
    if inbound.state == State.FILED:
        fields["interaction_id"] = inbound.interaction_id
    else:
        fields["cause"] = inbound.cause
    return NewEvent(f"inbound.{inbound.state}", inbound, is_history=inbound.is_history, fields=fields)
