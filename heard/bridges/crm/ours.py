"""What we say of somebody towards a CRM: what they said themselves, what a colleague wrote, what was proved; never a mere claim.

Only identities that the bridge's readers may know of count, so that a bridge carries nothing out of another team. What came over the bridge
itself is theirs, not ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef

from heard.accounts.models import AudienceTeam, AudienceUser
from heard.bridges.crm.rules import COLLEAGUE, CUSTOMER, PROVED
from heard.bridges.models import Bridge
from heard.people.models import Fact, Identifier, Identity, IdentityAudience

_WEIGHT = {CUSTOMER: 3, COLLEAGUE: 2, PROVED: 1}
_SPOKEN = frozenset({CUSTOMER, COLLEAGUE})
_FACTS = ("name", "address", "birth_date")
_IDENTIFIERS = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Ours:
    """Our value of a field, who gave it (customer, colleague, proved) and since when; `others` are further values that we have as well."""

    value: str
    by: str
    at: datetime
    others: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


def ours_of(bridge: Bridge, identity_ids: Collection[int]) -> dict[int, dict[str, Ours]]:
    """By identity and field, what we say of the person it belongs to. Five queries for any number."""
    persons = dict(Identity.objects.filter(pk__in=identity_ids).values_list("pk", "person_number"))
    rows = known_identities(bridge).filter(person_number__in=set(persons.values())).values_list("pk", "person_number")
    numbers = dict(rows)
    found: dict[int, dict[str, list[Ours]]] = {}
    for fact in Fact.objects.filter(identity__in=numbers, kind__in=_FACTS, retracted_at=None).exclude(source=bridge.source):
        if by := _by(fact.source, fact.verified_at):
            one = Ours(fact.value, by, fact.verified_at or fact.at, parts=fact.parts)
            found.setdefault(numbers[fact.identity_id], {}).setdefault(fact.kind, []).append(one)
    for sign in Identifier.objects.filter(identity__in=numbers, kind__in=_IDENTIFIERS).exclude(source=bridge.source):
        if by := _by(sign.source, sign.verified_at):
            one = Ours(sign.value, by, sign.verified_at or sign.created_at)
            found.setdefault(numbers[sign.identity_id], {}).setdefault(sign.kind, []).append(one)
    folded = {
        number: {kind: _best(values) if kind in _IDENTIFIERS else _only(values) for kind, values in kinds.items()}
        for number, kinds in found.items()
    }
    return {pk: folded.get(number, {}) for pk, number in persons.items()}


def known_identities(bridge: Bridge):  # type: ignore[no-untyped-def]
    """The identities that readers of the bridge may know of and that are not erased."""
    known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=audiences_of(bridge))
    return Identity.objects.filter(Exists(known), erased_at=None)


def audiences_of(bridge: Bridge) -> list[int]:
    """Every audience that names one of the teams or colleagues who read the bridge. Two queries."""
    teams = AudienceTeam.objects.filter(audience=bridge.audience_id).values("team")
    users = AudienceUser.objects.filter(audience=bridge.audience_id).values("user")
    found = set(AudienceTeam.objects.filter(team__in=teams).values_list("audience_id", flat=True))
    return sorted(found | set(AudienceUser.objects.filter(user__in=users).values_list("audience_id", flat=True)))


def _by(source: str, verified_at: datetime | None) -> str:
    if source in (CUSTOMER, COLLEAGUE):
        return source
    return PROVED if verified_at is not None else ""


def _best(values: Iterable[Ours]) -> Ours:
    """Of several that hold beside each other, what weighs most, and of that the newest."""
    ordered = sorted(values, key=lambda one: (-_WEIGHT[one.by], -one.at.timestamp(), one.value))
    best = ordered[0]
    others = tuple(dict.fromkeys(one.value for one in ordered[1:] if one.value != best.value))
    return Ours(best.value, best.by, best.at, others, best.parts)


def _only(values: Iterable[Ours]) -> Ours:
    """Of what there is one of, the newest that a person gave: a colleague who writes after the customer contests what they said, knowingly."""
    return min(values, key=lambda one: (one.by not in _SPOKEN, -one.at.timestamp(), one.value))
