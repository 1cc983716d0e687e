"""Who is meant by a rule, asked of the database: conditions on `Identity.person_number`, each one subquery.

A person is asked about through all of their identities, or through those that some readers may know of (`audiences`): what a colleague
tries out tells them nothing of identities they may not know. `only` keeps every subquery to a few people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from heard.people.attributes import Fold
from heard.people.models import Attribute, ContactChoice, Identity, IdentityAudience
from heard.people.segment_rules import DEEPEST, Rule, Test, is_negation, least, since


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
        rows = Identity.objects.filter(self._where(""), erased_at=None)
        if self.audiences is not None:
            known = IdentityAudience.objects.filter(identity=OuterRef("pk"), audience__in=list(self.audiences))
            rows = rows.filter(Exists(known))
        return rows

    def attributes(self, name: str) -> QuerySet[Attribute]:
        """What is counted of them under `name`."""
        rows = Attribute.objects.filter(self._where("identity__"), name=name, identity__erased_at=None)
        if self.audiences is not None:
            known = IdentityAudience.objects.filter(identity=OuterRef("identity"), audience__in=list(self.audiences))
            rows = rows.filter(Exists(known))
        return rows

    def _where(self, path: str) -> Q:
        where = Q()
        if self.first is not None:
            where &= Q(**{f"{path}person_number__gte": self.first})
        if self.last is not None:
            where &= Q(**{f"{path}person_number__lte": self.last})
        if self.numbers is not None:
            where &= Q(**{f"{path}person_number__in": list(self.numbers)})
        return where


def persons_meant(rule: Rule, among: Among, *, now: datetime) -> QuerySet[Identity, int]:
    """The numbers of the people for whom the rule holds, each once. One query."""
    rows = among.identities().filter(condition(rule, among, now))
    return rows.values_list("person_number", flat=True).distinct()


def condition(rule: Rule, among: Among, now: datetime, *, depth: int = 0) -> Q:
    """A condition on identities that holds for all of a person's or for none."""
    if not rule.tests or depth > DEEPEST:
        return Q(pk=None)
    whole = Q()
    for test in rule.tests:
        positive = Q(person_number__in=_persons(test, among, now, depth))
        one = ~positive if is_negation(test) else positive
        whole = whole & one if rule.match == "all" else whole | one
    return whole


def _persons(test: Test, among: Among, now: datetime, depth: int) -> QuerySet[Any, Any]:
    """The people of whom the positive form of a condition is true."""
    if test.what in _OWN:
        return _OWN[test.what](test, among.identities(), now).values("person_number")
    fold = test.subject.fold
    if fold is Fold.SEGMENT:
        rule = among.rules.get(int(test.value or 0), Rule())
        return among.identities().filter(condition(rule, among, now, depth=depth + 1)).values("person_number")
    rows = among.attributes(test.what)
    if fold is Fold.PASSED:
        people = rows.values("identity__person_number").annotate(newest=Max("at"))
        return people.filter(newest__lte=now).values("identity__person_number")
    if fold is Fold.SUM:
        return _summed(rows, least(test))
    if fold is Fold.MONEY:
        currency, amount = test.money
        return _summed(rows.filter(text=currency), amount)
    return rows.filter(_of_one(test, now)).values("identity__person_number")


def _of_one(test: Test, now: datetime) -> Q:
    """What one value must be; enough of one makes it true of the person."""
    fold = test.subject.fold
    if fold is Fold.WORDS:
        return Q(text=str(test.value))
    if fold is Fold.FLAG:
        return Q(number__gt=0)
    if fold is Fold.EARLIEST:
        return Q(at__lt=since(test, now))
    return Q(at__gte=since(test, now))


def _summed(rows: QuerySet[Attribute], amount: int) -> QuerySet[Any, Any]:
    people = rows.values("identity__person_number").annotate(whole=Sum("number"))
    return people.filter(whole__gte=amount).values("identity__person_number")


def _language(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(Q(language=test.value) | Q(language__startswith=f"{test.value}-"))


def _organisation(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(Q(organisation__domain=test.value) | Q(organisation__name__iexact=test.value))


def _refuses(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    newer = ContactChoice.objects.filter(identity=OuterRef("identity"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk"))
    refused = ContactChoice.objects.filter(~Exists(newer), is_allowed=False)
    return rows.filter(pk__in=refused.values("identity"))


def _source(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(source=test.value)


def _first_seen(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(first_seen_at__lt=since(test, now))


def _last_seen(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
    return rows.filter(last_seen_at__gte=since(test, now))


def _comes_back(test: Test, rows: QuerySet[Identity], now: datetime) -> QuerySet[Identity]:
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
