"""`heard people why`, `heard people review` and `heard people quality`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.http import Http404

from heard.accounts.models import User
from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.matching.models import Review
from heard.matching.quality import join_quality
from heard.matching.queue import count_doubts, review_queue
from heard.matching.services.reviewing import answer, take_back
from heard.matching.shapes import Pair, Step, Why
from heard.matching.whys import why
from heard.people.models import Identity
from heard.people.selectors import identities_known_as
from heard.web.joins import alarm_sentence, chances, confirmed_sentence, obstacle_sentence, split_sentence, verdict_sentence, wrong_sentence
from heard.web.sides import Line, sides

WRONG_USE, LEFT = 2, 1
KEYS = {"s": Review.SAME, "d": Review.DIFFERENT, "n": Review.NOT_SURE}
WIDE = 34


def explain(args: argparse.Namespace) -> int:
    """Say why two people are one, or are not. 2 when nobody is known by that name, 1 when they are not one person."""
    found = []
    for text in (args.one, args.other):
        one = _meant(text)
        if one is None:
            complain(f"heard people why: nobody here is known as {text}")
            return WRONG_USE
        found.append(one)
    try:
        said = why(None, found[0].pk, found[1].pk)
    except Http404:
        complain("heard people why: these are one and the same record")
        return WRONG_USE
    _tell(said)
    return 0 if said.verdict == "same" else LEFT


def review(args: argparse.Namespace) -> int:
    """Ask about pairs, one after the other: s, d, n; u takes the last answer back, q ends. With --list they are only listed."""
    user = User.objects.filter(email__iexact=args.who, is_active=True).first()
    if user is None or not user.can_write:
        complain(f"heard people review: {args.who} is no colleague here who may write")
        return WRONG_USE
    if args.list:
        for pair in review_queue(user, limit=args.limit, has_checks=False):
            say(f"{pair.probability:6.1%}  {pair.one.pk} {pair.one}  –  {pair.other.pk} {pair.other}")
        return 0
    return _ask(user)


def quality(args: argparse.Namespace) -> int:
    """How often we are wrong, in the words of the page. 1 when an alarm stands."""
    found = join_quality(None, now=now())
    sentences = [
        wrong_sentence(found), split_sentence(found), confirmed_sentence(found),
        f"{found.records:,} records are {found.people:,} people, by version {found.model_version}.",
    ]  # fmt: skip
    for sentence in filter(None, sentences):
        say(sentence)
    for week in found.weeks:
        if week.newcomers:
            say(f"  week from {week.monday}: {week.joined:,} of {week.newcomers:,} newcomers joined")
    if found.alarm is not None:
        say(f"Far fewer newcomers are joined than before. {alarm_sentence(found.alarm)}")
    return 0 if found.alarm is None else LEFT


def _meant(text: str) -> Identity | None:
    """The record of a number; or the first of those known by an address, a telephone or another value."""
    number = text.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 9:
        found = Identity.objects.filter(pk=int(number)).first()
        if found is not None:
            return found
    return next(iter(identities_known_as(text)), None)


def _tell(said: Why) -> None:
    say(verdict_sentence(said))
    say(f"{chances(said.probability)} ({said.weight:+.1f}, version {said.model_version})")
    if obstacle := obstacle_sentence(said.obstacle):
        say(obstacle)
    if said.decided is not None:
        say(f"Decided by {said.decided.by}, {said.decided.at:%Y-%m-%d}. {said.decided.said}".rstrip())
    _reasons(said.reasons)
    if len(said.path) > 1:
        say("\nThe way from one to the other:")
        for step in said.path:
            _step(step)


def _step(step: Step) -> None:
    how = f"{step.by} said so" if step.decision_id else f"{step.weight or 0:+.1f}"
    say(f"  {step.one} – {step.other}: {how}")


def _reasons(reasons: Iterable[Any]) -> None:
    for reason in reasons:
        say(f"  {reason.weight:+6.1f}  {reason.text}")


def _ask(user: User) -> int:
    given: list[Review] = []
    while True:
        pair = next(iter(review_queue(user, limit=1)), None)
        if pair is None:
            say("Nothing is in doubt.")
            return 0
        _show(pair, count_doubts(user))
        word = _read("Same person, different people, not sure; undo the last, quit? [s/d/n/u/q] ")
        if word in {"q", ""}:
            return 0
        if word == "u" and given:
            take_back(given.pop(), by=user)
            say("Taken back.")
        elif word in KEYS:
            try:
                said = answer(
                    pair.one, pair.other, verdict=KEYS[word], by=user, once=uuid4(), probability=pair.probability,
                    model_version=pair.model_version,
                )  # fmt: skip
                given.append(said)
            except Refusal as refusal:
                complain(str(refusal))


def _show(pair: Pair, waiting: int) -> None:
    say(f"\n{waiting} in doubt.  {pair.one} ({pair.one.source}, {pair.one.pk})  –  {pair.other} ({pair.other.source}, {pair.other.pk})")
    for line in sides(pair.one, pair.other):
        _row(line)


def _row(line: Line) -> None:
    values = [", ".join(value.text for value in side) for side in line.both]
    say(f"  {line.label:<16} {values[0]:<{WIDE}} {values[1]:<{WIDE}} {line.word}".rstrip())


def _read(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower()[:1]
