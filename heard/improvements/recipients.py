"""Who is to hear what came of an improvement, through which conversation, and who cannot: worked out, nothing written.

A person may have said it in several places and with several identities. The newest place from which a mail can go out stands; somebody
who was told of the decision through any of their identities is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from heard.conversations.models import Conversation, Message
from heard.improvements.models import Cause, Decision, Evidence, Told, ToldState
from heard.lib.time import now
from heard.people.models import Identifier, Identity, Purpose
from heard.people.services.contact import Leave, leave_to_write

AT_ONCE = 5_000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody said it: newest places come first."""

    identity_id: int
    signal_id: int
    interaction_id: int
    language: str


@dataclass(slots=True)
class Recipient:
    """One person who raised it, and what is to become of them: `state` is queued (tell them now), held or no_way, with the `cause`."""

    person_number: int
    place: Place
    state: str
    cause: str = ""
    held_until: datetime | None = None
    conversation_id: int | None = None
    address: str = ""
    language: str = ""


@dataclass(slots=True)
class Plan:
    """Everybody who raised it until a moment. `raised` counts people, `already` those of them who were told (or are about to be)."""

    raised: int = 0
    already: int = 0
    recipients: list[Recipient] = field(default_factory=list)

    def of(self, state: str) -> list[Recipient]:
        """Those who are in a state, in the order in which they are told."""
        return [one for one in self.recipients if one.state == state]

    @property
    def ready(self) -> list[Recipient]:
        return self.of(ToldState.QUEUED)

    @property
    def held(self) -> list[Recipient]:
        return self.of(ToldState.HELD)

    @property
    def unreachable(self) -> list[Recipient]:
        return self.of(ToldState.NO_WAY)

    @property
    def causes(self) -> list[tuple[str, int]]:
        """(cause in words, people), most first."""
        return [(str(Cause(cause).label), number) for cause, number in Counter(one.cause for one in self.unreachable).most_common()]

    def languages(self) -> list[str]:
        """In which languages those who are told read, most first."""
        return [language for language, _ in Counter(one.language for one in self.ready).most_common()]


def plan_telling(decision: Decision, *, until: datetime, at: datetime | None = None) -> Plan:
    """Who raised the decision's improvement until `until`, and what may be told them at `at`. About ten queries for each 5,000 people.

    Speaking against something raises it too late for being told as if one had asked for it: only those who spoke for it are meant.
    """
    moment = at or now()
    places = _places(decision.improvement_id, until)
    told = persons_told(decision)
    written_to = set(Told.objects.filter(decision=decision, message__isnull=False).values_list("identity_id", flat=True))
    plan = Plan(raised=len(places), already=len(set(places) & told))
    for some in _parts(sorted(set(places) - told)):
        plan.recipients += _recipients({number: places[number] for number in some}, written_to, moment)
    return plan


def people_since(decision: Decision, since: datetime) -> int:
    """How many people raised the improvement after `since` who were not told of its decision."""
    known, everybody = _places(decision.improvement_id, since), _places(decision.improvement_id, now())
    return len(set(everybody) - set(known) - persons_told(decision))


def _places(improvement_id: int, until: datetime) -> dict[int, list[Place]]:
    """By person number, where they said it, newest first. One query."""
    rows = Evidence.objects.standing().filter(improvement=improvement_id, is_against=False, at__lte=until, signal__identity__isnull=False)
    columns = (
        "signal__identity__person_number",
        "signal__identity_id",
        "signal_id",
        "signal__interaction_id",
        "signal__interaction__language",
    )
    found: dict[int, list[Place]] = {}
    for number, *place in rows.order_by("-signal__said_at", "-signal_id").values_list(*columns):
        found.setdefault(number, []).append(Place(*place))
    return found


def persons_told(decision: Decision) -> set[int]:
    """The persons to whom this decision was written through any of their identities. One query."""
    return set(Told.objects.counting().filter(decision=decision).values_list("identity__person_number", flat=True))


def _recipients(places: dict[int, list[Place]], written_to: set[int], at: datetime) -> list[Recipient]:
    identities = _by_id(Identity, {place.identity_id for some in places.values() for place in some})
    addresses = _addresses(identities)
    for identity_id in written_to & set(identities):
        identities[identity_id].bounced_at = identities[identity_id].bounced_at or at  # it went there once, and came back
    conversations = _conversations({place.interaction_id for some in places.values() for place in some})
    leaves = leave_to_write(list(places), purpose=Purpose.OUTCOMES, at=at)
    return [_recipient(number, some, identities, addresses, conversations, leaves[number]) for number, some in places.items()]


def _recipient(
    number: int,
    places: list[Place],
    identities: dict[int, Identity],
    addresses: dict[int, str],
    conversations: dict[int, int],
    leave: Leave,
) -> Recipient:
    if leave.is_refused:
        return Recipient(number, places[0], ToldState.NO_WAY, Cause.REFUSED)
    causes = []
    for place in places:
        identity = identities[place.identity_id]
        address, conversation = addresses.get(identity.pk, ""), conversations.get(place.interaction_id)
        cause = _obstacle(identity, address, conversation)
        if not cause:
            language = _language(identity, place)
            state = ToldState.QUEUED if leave.until is None else ToldState.HELD
            return Recipient(number, place, state, "", leave.until, conversation, address, language)
        causes.append(cause)
    return Recipient(number, places[0], ToldState.NO_WAY, causes[0])


def _obstacle(identity: Identity, address: str, conversation: int | None) -> str:
    if identity.erased_at is not None and not address:
        return Cause.ERASED
    if not address:
        return Cause.NO_ADDRESS
    if identity.bounced_at is not None:
        return Cause.BOUNCED
    return "" if conversation is not None else Cause.NO_CONVERSATION


def _language(identity: Identity, place: Place) -> str:
    """What they chose, else what they wrote in, else the installation's: among those we speak."""
    spoken = {code for code, _ in settings.LANGUAGES}
    wanted = (identity.language, place.language, settings.LANGUAGE_CODE)
    return next((code for one in wanted if (code := one[:2].lower()) in spoken), settings.LANGUAGE_CODE)


def _addresses(identity_ids: Iterable[int]) -> dict[int, str]:
    """The first e-mail address of each identity."""
    found: dict[int, str] = {}
    for some in _parts(sorted(identity_ids)):
        rows = Identifier.objects.filter(identity__in=some, kind="email").order_by("-pk")
        found |= dict(rows.values_list("identity_id", "value"))
    return found


def _conversations(interaction_ids: Iterable[int]) -> dict[int, int]:
    """The conversation of each interaction from which a mail can go out; without one it is left out."""
    found: dict[int, int] = {}
    for some in _parts(sorted(interaction_ids)):
        rows = Message.objects.filter(interaction__in=some, conversation__mailbox__is_active=True)
        found |= dict(rows.values_list("interaction_id", "conversation_id"))
    return found


def _by_id(model: Callable[..., Any], ids: Iterable[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in _parts(sorted(ids)):
        found |= model.objects.in_bulk(some)  # type: ignore[attr-defined]
    return found


def _parts(items: Sequence[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def conversations_with_words(numbers: Iterable[int], readable: Iterable[int]) -> set[int]:
    """Those of the conversations that one of these audiences may read."""
    return set(Conversation.objects.filter(pk__in=list(numbers), audience__in=list(readable)).values_list("pk", flat=True))
