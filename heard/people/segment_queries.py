"""Who is meant by a rule, asked of the database: conditions on `Identity.person_number`, each one subquery.

A person is asked about through all of their identities, or through those that some readers may know of (`audiences`): what a colleague
tries out tells them nothing of identities they may not know. `only` keeps every subquery to a few people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from heard.people.attributes import Fold
from heard.people.models import Attribute, ContactChoice, Identity, IdentityAudience
from heard.people.segment_rules import DEEPEST, Condition, Rule, is_negation, least, since


@dataclass(frozen=True, slots=True)
class Among:
    """Which identities are asked: of persons numbered `first` to `last` or named in `numbers`, known to `audiences`. None: no limit."""

    first: int | None = None
    last: int | None = None
    numbers: Collection[int] | None = None
    audiences: Collection[int] | None = None
    rules: Mapping[int, Rule] = field(default_factory=dict)
    """Other segments' rules by their ids, for rules that name them."""

    def identities(self) -> QuerySet[Identity]:
        """The identities that are asked; erased ones are nobody's any more."""
        rows = Identity.objects.filter(self._where(), erased_at=None)
        if self.audiences is not None:
            known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=list(self.audiences))
            rows = rows.filter(Exists(known))
        return rows

    def attributes(self, name: str) -> QuerySet[Attribute]:
        """What is counted of them under `name`. Where few are asked, their rows are found by who they are, not by what is counted."""
        rows = Attribute.objects.filter(name=name, identity__erased_at=None)
        if self._is_limited:
            rows = rows.filter(identity__in=Identity.objects.filter(self._where()).values("pk"))
        if self.audiences is not None:
            known = IdentityAudience.objects.filter(identity=OuterRef("identity"), audience__in=list(self.audiences))
            rows = rows.filter(Exists(known))
        return rows

    @property
    def _is_limited(self) -> bool:
        return self.numbers is not None or self.first is not None or self.last is not None

    def _where(self) -> Q:
        where = Q()
        if self.first is not None:
            where &= Q(person_number__gte=self.first)
        if self.last is not None:
            where &= Q(person_number__lte=self.last)
        if self.numbers is not None:
            where &= Q(person_number__in=list(self.numbers))
        return where


def persons_meant(rule: Rule, among: Among, *, now: datetime) -> QuerySet[Identity, int]:
    """The numbers of the people for whom the rule holds, each once. One query."""
    rows = among.identities().filter(holds_for(rule, among, now))
    return rows.values_list("person_number", flat=True).distinct()


def holds_for(rule: Rule, among: Among, now: datetime, *, depth: int = 0) -> Q:
    """A condition on identities that holds for all of a person's or for none."""
    if not rule.conditions or depth > DEEPEST:
        return Q(pk=None)
    whole = Q()
    for condition in rule.conditions:
        positive = Q(person_number__in=_persons(condition, among, now, depth))
        one = ~positive if is_negation(condition) else positive
        whole = whole & one if rule.match == "all" else whole | one
    return whole


def crossed(condition: Condition, since_at: datetime, until_at: datetime) -> set[int]:
    """The people for whom the answer to a condition may have changed between two moments because days passed. One query."""
    fold = condition.subject.fold
    if fold not in (Fold.LATEST, Fold.EARLIEST, Fold.PASSED):
        return set()
    days = timedelta(days=0 if fold is Fold.PASSED else int(condition.value or 0))
    window = (since_at - days, until_at - days)
    if condition.what in _MOMENTS:
        rows = Identity.objects.filter(**{f"{_MOMENTS[condition.what]}__range": window}, erased_at=None)
        return set(rows.values_list("person_number", flat=True))
    found = Attribute.objects.filter(name=condition.what, at__range=window)
    return set(found.values_list("identity__person_number", flat=True))


_MOMENTS = {"first_seen": "first_seen_at", "last_seen": "last_seen_at"}


def _persons(condition: Condition, among: Among, now: datetime, depth: int) -> QuerySet[Any, Any]:
    """The people of whom the positive form of a condition is true."""
    if condition.what in _OWN:
        return _OWN[condition.what](condition, among.identities(), now).values("person_number")
    fold = condition.subject.fold
    if fold is Fold.SEGMENT:
        rule = among.rules.get(int(condition.value or 0), Rule())
        return among.identities().filter(holds_for(rule, among, now, depth=depth + 1)).values("person_number")
    rows = among.attributes(condition.what)
    if fold is Fold.PASSED:
        people = rows.values("identity__person_number").annotate(newest=Max("at"))
        return people.filter(newest__lte=now).values("identity__person_number")
    if fold is Fold.SUM:
        return _summed(rows, least(condition))
    if fold is Fold.MONEY:
        currency, amount = condition.money
        return _summed(rows.filter(text=currency), amount)
    return rows.filter(_of_one(condition, now)).values("identity__person_number")


def _of_one(condition: Condition, now: datetime) -> Q:
    """What one value must be; enough of one makes it true of the person."""
    fold = condition.subject.fold
    if fold is Fold.WORDS:
        return Q(text=str(condition.value))
    if fold is Fold.FLAG:
        return Q(number__gt=0)
    if fold is Fold.EARLIEST:
        return Q(at__lt=since(condition, now))
    return Q(at__gte=since(condition, now))


def _summed(rows: QuerySet[Attribute], amount: int) -> QuerySet[Any, Any]:
    people = rows.values("identity__person_number").annotate(whole=Sum("number"))
    return people.filter(whole__gte=amount).values("identity__person_number")


def _language(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(Q(language=condition.value) | Q(language__startswith=f"{condition.value}-"))


def _organisation(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(Q(organisation__domain=condition.value) | Q(organisation__name__iexact=condition.value))


def _refuses(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    newer = ContactChoice.objects.filter(identity=OuterRef("identity"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk"))
    refused = ContactChoice.objects.filter(~Exists(newer), is_allowed=False)
    return rows.filter(pk__in=refused.values("identity"))


def _source(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(source=condition.value)


def _first_seen(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(first_seen_at__lt=since(condition, now))


def _last_seen(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(last_seen_at__gte=since(condition, now))


def _comes_back(condition: Condition, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(bounced_at__isnull=False)


_OWN = {
    "language": _language,
    "organisation": _organisation,
    "source": _source,
    "first_seen": _first_seen,
    "last_seen": _last_seen,
    "refuses_unasked": _refuses,
    "mail_comes_back": _comes_back,
}
