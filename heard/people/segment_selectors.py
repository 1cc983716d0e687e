"""Segments as screens show them: which there are, who is in one, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.time import now
from heard.people.attributes import SUBJECTS, Fold
from heard.people.models import Attribute, ContactChoice, Identity, IdentityAudience, Segment, SegmentMember
from heard.people.segment_queries import Among, persons_meant
from heard.people.segment_rules import DEEPEST, Facts, Rule, WrongRule, all_said, is_in, judge, said
from heard.people.selectors import Person, people_numbered

SHOWN = 1_000
"""Counts are exact up to here, and read “1,000+” above."""


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """A segment in a list: who is in it as far as the reader may know, and its rule in words."""

    segment: Segment
    members: int
    words: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition in words, whether it holds for somebody, and what is known of them about it."""

    words: str
    holds: bool
    known: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Whether somebody is in a segment, and why. `is_member` is what was last counted over all that is known of the person; `holds` is what
    the rule says of what the reader may know. They differ when something else counts, or when it was not counted since.
    """

    segment: Segment
    is_member: bool
    holds: bool
    match: str
    reasons: list[Reason]


def get_segment(number: int) -> Segment:
    """A segment by its number, retired ones too; Http404 when there is none."""
    found = Segment.objects.select_related("owner", "owner_team", "made_by").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def rules_in_force() -> dict[int, Rule]:
    """Every rule that is not retired, by its segment. One query. A rule that can no longer be read means nobody."""
    return {pk: rule_of(data) for pk, data in Segment.objects.filter(retired_at=None).values_list("pk", "rule")}


def rule_of(data: object) -> Rule:
    """A kept rule; one that names what no app declares any more means nobody."""
    try:
        return Rule.from_json(data)
    except WrongRule:
        return Rule()


def segment_names() -> dict[int, str]:
    """Names by number, retired ones too. One query."""
    return dict(Segment.objects.values_list("pk", "name"))


def list_segments(actor: User) -> list[SegmentLine]:
    """Every segment in force, by name, each with how many people of it `actor` may know of. Three queries."""
    segments = list(Segment.objects.filter(retired_at=None).select_related("owner", "owner_team"))
    names = {one.pk: one.name for one in segments}
    counts = dict(_visible_members(actor).order_by().values_list("segment").annotate(Count("pk")))
    return [SegmentLine(one, counts.get(one.pk, 0), all_said(rule_of(one.rule), names)) for one in segments]


def _visible_members(actor: User) -> QuerySet[SegmentMember]:
    """Memberships of people of whom `actor` may know at least one identity."""
    theirs = Identity.objects.filter(person_number=OuterRef(OuterRef("identity__person_number"))).values("pk")
    known = IdentityAudience.objects.filter(identity__in=theirs, audience__in=readable_audience_ids(actor))
    return SegmentMember.objects.filter(Exists(known), identity__erased_at=None)


def people_in(actor: User, segment: Segment, *, limit: int = 50, before: int | None = None) -> list[Person]:
    """Who is in it, as far as `actor` may know, newest numbers first; `before` goes on below a number. Four queries."""
    rows = _visible_members(actor).filter(segment=segment)
    if before is not None:
        rows = rows.filter(identity__person_number__lt=before)
    numbers = rows.order_by("-identity__person_number").values_list("identity__person_number", flat=True)[:limit]
    return people_numbered(actor, list(numbers))


def count_in(actor: User, segment: Segment) -> int:
    """How many people of a segment `actor` may know of, up to one more than SHOWN. One query."""
    return _visible_members(actor).filter(segment=segment)[: SHOWN + 1].count()


@dataclass(frozen=True, slots=True)
class Tried:
    """Whom a rule would mean, as far as somebody may know: how many (at most SHOWN + 1), and a few of them."""

    count: int
    people: list[Person]


def try_rule(actor: User, rule: Rule, *, shown: int = 5) -> Tried:
    """Whom a rule means now, over what `actor` may know and nothing else. Five queries at most."""
    among = Among(audiences=readable_audience_ids(actor), rules=rules_in_force())
    numbers = list(persons_meant(rule, among, now=now()).order_by("-person_number")[: SHOWN + 1])
    return Tried(len(numbers), people_numbered(actor, numbers[:shown]))


def explain(person: Person, segments: Sequence[Segment] | None = None) -> list[Explained]:
    """Why a person is, or is not, in these segments; without any named, in those they are in. Six queries at most.

    It says what the person's loaded identities say: those that the reader may know of.
    """
    entered = set(SegmentMember.objects.filter(identity__person_number=person.number).values_list("segment", flat=True))
    if segments is None:
        segments = list(Segment.objects.filter(pk__in=entered, retired_at=None).select_related("owner", "owner_team")) if entered else []
    if not segments:
        return []
    names, rules, moment = segment_names(), rules_in_force(), now()
    facts = facts_of(person.identity_ids)
    facts.segments = _inner(rules, facts, moment)
    return [_explained(one, one.pk in entered, facts, names, moment) for one in segments]


def _explained(segment: Segment, is_member: bool, facts: Facts, names: dict[int, str], moment: datetime) -> Explained:
    rule = rule_of(segment.rule)
    judged = judge(rule, facts, now=moment)
    reasons = [Reason(said(one.condition, names), one.holds, str(one.known)) for one in judged]
    return Explained(segment, is_member, is_in(rule, judged), rule.match, reasons)


def _inner(rules: dict[int, Rule], facts: Facts, moment: datetime, depth: int = 1) -> Callable[[int], bool]:
    """Whether the same person is in another segment, as deep as rules may go."""

    def is_in_other(number: int) -> bool:
        rule = rules.get(number, Rule())
        if depth > DEEPEST:
            return False
        deeper = replace(facts, segments=_inner(rules, facts, moment, depth + 1))
        return is_in(rule, judge(rule, deeper, now=moment))

    return is_in_other


def facts_of(identity_ids: Collection[int]) -> Facts:
    """The folded values of one person, who is these identities. Three queries."""
    facts = Facts()
    _own_facts(facts, identity_ids)
    words: dict[str, set[str]] = defaultdict(set, facts.words)
    for row in Attribute.objects.filter(identity__in=identity_ids):
        subject = SUBJECTS.get(row.name)
        fold = subject.fold if subject else None
        if fold is Fold.SUM:
            facts.numbers[row.name] = facts.numbers.get(row.name, 0) + (row.number or 0)
        elif fold is Fold.MONEY:
            facts.money[row.name, row.text] = facts.money.get((row.name, row.text), 0) + (row.number or 0)
        elif fold is Fold.WORDS:
            words[row.name].add(row.text)
        elif fold is Fold.FLAG and row.number:
            facts.flags.add(row.name)
        elif row.at is not None and fold is not None:
            fold_moment = min if fold is Fold.EARLIEST else max
            facts.moments[row.name] = fold_moment(row.at, facts.moments.get(row.name, row.at))
    facts.words = dict(words)
    return facts


def _own_facts(facts: Facts, identity_ids: Collection[int]) -> None:
    """What people's own rows say of them."""
    words: dict[str, set[str]] = defaultdict(set)
    identities = list(Identity.objects.filter(pk__in=identity_ids, erased_at=None).select_related("organisation"))
    for one in identities:
        words["source"].add(one.source)
        words["language"] |= {one.language, one.language.partition("-")[0]} - {""}
        if one.organisation is not None:
            words["organisation"] |= {one.organisation.domain, one.organisation.name.lower()}
        if one.bounced_at is not None:
            facts.flags.add("mail_comes_back")
    if identities:
        facts.moments["first_seen"] = min(one.first_seen_at for one in identities)
        facts.moments["last_seen"] = max(one.last_seen_at for one in identities)
    facts.words = dict(words)
    newest: dict[tuple[int, str], bool] = {}
    choices = ContactChoice.objects.filter(identity__in=identity_ids).order_by("pk")
    for identity, purpose, is_allowed in choices.values_list("identity", "purpose", "is_allowed"):
        newest[identity, purpose] = is_allowed
    if not all(newest.values()):
        facts.flags.add("refuses_unasked")
