"""`heard segment list`, `people`, `why`, `save` and `gather`: for whoever runs the installation, over everybody in it."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.db.models import Count

from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.people.models import Segment, SegmentMember
from heard.people.segment_rules import Rule, WrongRule, all_said
from heard.people.segment_selectors import explain, rule_of, segment_names
from heard.people.selectors import Person, emails_of, identities_known_as
from heard.people.services.membership import derive_all
from heard.people.services.segments import change_segment, make_segment

WRONG_USE, NOT_IN_IT = 2, 1
AT_ONCE = 500


def list_all(args: argparse.Namespace) -> int:
    """Every segment in force, with how many people are in it and its rule in words."""
    names = segment_names()
    counts = dict(SegmentMember.objects.order_by().values_list("segment").annotate(Count("pk")))
    rows = list(Segment.objects.filter(retired_at=None).select_related("owner", "owner_team"))
    if args.json:
        say(json.dumps([_as_json(one, counts.get(one.pk, 0), names) for one in rows], indent=2, ensure_ascii=False))
        return 0
    for one in rows:
        face = one.owner or one.owner_team
        say(f"{counts.get(one.pk, 0):>9,}  {one.name}: {all_said(rule_of(one.rule), names)}{f' (with {face})' if face else ''}")
    return 0


def people(args: argparse.Namespace) -> int:
    """The numbers, names and addresses of whoever is in a segment, tab between them."""
    segment = _segment(args.name, "people")
    if segment is None:
        return WRONG_USE
    rows = SegmentMember.objects.filter(segment=segment).order_by("identity").values_list("identity", "identity__display_name")
    found = list(rows)
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        emails = emails_of([number for number, _name in some])
        for number, name in some:
            say(f"{number}\t{name}\t{emails.get(number, '')}")
    return 0


def why(args: argparse.Namespace) -> int:
    """Why somebody is in a segment; code 1 when they are not."""
    segment = _segment(args.name, "why")
    identities = identities_known_as(args.who)
    if segment is None or not identities:
        if segment is not None:
            complain(f"heard segment why: nobody here is known as {args.who}")
        return WRONG_USE
    numbers = {one.person_number for one in identities}
    if len(numbers) > 1:
        complain(f"heard segment why: {args.who} is {len(numbers)} people; give one of their numbers: {sorted(numbers)[:5]}")
        return WRONG_USE
    [said] = explain(Person(identities[0].person_number, identities), [segment])
    say(f"{'In' if said.holds else 'Not in'} {segment.name}; {said.match} of these must hold:")
    for reason in said.reasons:
        say(f"  {'yes' if reason.holds else 'no ':>3}  {reason.words}{f' (now: {reason.known})' if reason.known else ''}")
    return 0 if said.holds else NOT_IN_IT


def save(args: argparse.Namespace) -> int:
    """Make a segment, or change its rule, by a JSON file: {"match": "all", "conditions": [{"what": "orders", "how": "at_least", "value": 3}]}."""
    try:
        rule = Rule.from_json(json.loads(args.file.read_text(encoding="utf-8")))
        known = Segment.objects.filter(name__iexact=args.name, retired_at=None).first()
        if known is None:
            made = make_segment(args.name, rule, by=None)
        else:
            made = change_segment(
                known, by=None, name=known.name, rule=rule, owner=known.owner, owner_team=known.owner_team, position=known.position
            )
    except WrongRule as wrong:
        place = "" if wrong.line is None else f"condition {wrong.line + 1}: "
        complain(f"heard segment save: {place}{wrong.message}")
        return WRONG_USE
    except (Refusal, OSError, ValueError) as problem:
        complain(f"heard segment save: {problem}")
        return WRONG_USE
    say(f"{made.name}, version {made.version}. Its people are gathered by the worker; or now: heard segment gather")
    return 0


def gather(args: argparse.Namespace) -> int:
    """Look for everybody's segments and owners again, now."""
    derive_all()
    return list_all(argparse.Namespace(json=False))


def _segment(name: str, command: str) -> Segment | None:
    found = Segment.objects.filter(name__iexact=name, retired_at=None).first()
    if found is None and name.isascii() and name.isdecimal() and len(name) < 19:
        found = Segment.objects.filter(pk=int(name)).first()
    if found is None:
        complain(f"heard segment {command}: there is no segment called {name}")
    return found


def _as_json(one: Segment, people: int, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "people": people, "words": all_said(rule_of(one.rule), names), "rule": one.rule, "version": one.version,
        "owner": str(one.owner or one.owner_team or ""),
    }  # fmt: skip
