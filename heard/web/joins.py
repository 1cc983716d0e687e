"""Joins in the words of a page: chances as counts, weights as words and bars, and what we know of the two beside their records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.matching.models import JoinAlarm
from heard.matching.shapes import Quality, Step, Why
from heard.people.models import Identity
from heard.timeline.models import InteractionParty
from heard.timeline.story import story_page
from heard.web.story_filters import SAID

FULL_BAR = 12.0
"""The weight at which a bar is full: odds of four thousand to one."""
HALF = 50
FEW = 10
"""Below so many nobody says a share."""

OBSTACLES = {
    "veto": gettext_lazy("Both proved something that one person has only once, and it differs."),
    "cohesion": gettext_lazy("They are alike, but the other records of these two people are not."),
    "claim": gettext_lazy("What they share was typed into a form, and nobody proved it."),
    "decided": gettext_lazy("Somebody said that they are different people."),
}


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One thing that speaks for or against, with its weight as a word, as a number and as a bar of `length` from `start` (of 100)."""

    text: str
    how: str
    weight: float
    is_for: bool
    start: int
    length: int

    @property
    def number(self) -> str:
        """“+5.3”: how often the odds double, or with “−” halve."""
        return f"{'+' if self.weight >= 0 else '−'}{abs(self.weight):.1f}"


@dataclass(frozen=True, slots=True)
class StepLine:
    """A join with what speaks for it."""

    step: Step
    reasons: list[ReasonLine]
    chances: str
    once: UUID


@dataclass(slots=True)
class About:
    """What stands under a record: where it came from, and what they said last, as far as the reader may read it."""

    identity: Identity
    interactions: int = 0
    words: str = ""
    words_at: Any = None
    names: list[str] = field(default_factory=list)


def reason_lines(reasons: Iterable[Any]) -> list[ReasonLine]:
    """Reasons as the page shows them, in their order."""
    lines = []
    for reason in reasons:
        length = round(min(HALF, HALF * abs(reason.weight) / FULL_BAR))
        is_for = reason.weight >= 0
        how = _("where we start") if reason.kind == "prior" else _how(reason.weight)
        lines.append(
            ReasonLine(
                str(reason.text),
                how,
                reason.weight,
                is_for,
                HALF if is_for else HALF - length,
                length,
            )
        )
    return lines


def step_lines(steps: Iterable[Step]) -> list[StepLine]:
    """Joins as the page shows them, in their order."""
    return [
        StepLine(step, reason_lines(step.reasons), chances(step.probability) if step.probability is not None else "", uuid4())
        for step in steps
    ]


def chances(probability: float) -> str:
    """How likely in a sentence of counts: of so many pairs that look like this, how many are one person."""
    if probability >= 0.9995:
        return _("Of 1,000 pairs that look like this, practically all are one person.")
    if probability >= 0.99:
        return _("Of 1,000 pairs that look like this, about %(number)d are one person.") % {"number": round(1000 * probability)}
    if probability >= 0.01:
        return _("Of 100 pairs that look like this, about %(number)d are one person.") % {"number": round(100 * probability)}
    return _("Of 1,000 pairs that look like this, hardly any is one person.")


def verdict_sentence(why: Why) -> str:
    """The answer to the question of the page, in one sentence."""
    names = {"one": why.one, "other": why.other}
    if why.verdict == "same":
        return _("%(one)s and %(other)s are one person.") % names
    if why.verdict == "different":
        return _("%(one)s and %(other)s are different people, because somebody said so.") % names
    if why.verdict == "doubtful":
        return _("%(one)s and %(other)s may be one person; a colleague is asked.") % names
    return _("%(one)s and %(other)s are not joined: too little speaks for it.") % names


def obstacle_sentence(word: str) -> str:
    """What keeps two apart, by its word; "" for nothing."""
    return str(OBSTACLES.get(word, ""))


def wrong_sentence(quality: Quality) -> str:
    """How often a join of ours is wrong, in one sentence; a share only from ten checks on."""
    wrong = quality.wrong
    if wrong.of == 0:
        return _("Nobody has looked at a join yet, so we cannot say how often we are wrong.")
    if wrong.of < FEW:
        said = ngettext(
            "%(hits)d of the %(of)d join that was looked at was wrong.",
            "%(hits)d of the %(of)d joins that were looked at were wrong.",
            wrong.of,
        )
        return said % {"hits": wrong.hits, "of": wrong.of} + " " + _("That is too few to say how often we are wrong.")
    if wrong.hits == 0:
        return _("None of the %(of)d joins that were looked at was wrong: at most %(most)d of 100 are.") % {
            "of": wrong.of,
            "most": wrong.interval[1],
        }
    values = {"share": wrong.points, "low": wrong.interval[0], "high": wrong.interval[1]}
    return _("About %(share)d of 100 joins are wrong; between %(low)d and %(high)d, as far as checks tell.") % values


def split_sentence(quality: Quality) -> str:
    """How many people of ours probably stand as two."""
    if not quality.doubts:
        return _("No two people look like one.")
    values = {"doubts": quality.doubts, "split": max(1, round(quality.likely_split))}
    return (
        ngettext(
            "%(doubts)d pair of people is in doubt; we expect that %(split)d is one person whose story stands in two halves.",
            "%(doubts)d pairs of people are in doubt; we expect that %(split)d are one person each, whose story stands in two halves.",
            quality.doubts,
        )
        % values
    )


def confirmed_sentence(quality: Quality) -> str:
    """What became of doubts that were answered; "" when too few were."""
    if quality.confirmed.of < FEW:
        return ""
    return _("Of %(of)d doubts that were answered in a year, %(hits)d were one person.") % {
        "of": quality.confirmed.of,
        "hits": quality.confirmed.hits,
    }


def alarm_sentence(alarm: JoinAlarm | None) -> str:
    """What fell, in counts of both times; "" without an alarm."""
    if alarm is None:
        return ""
    now, before = (round(100 * hits / of) for hits, of in ((alarm.joined, alarm.newcomers), (alarm.usual_joined, alarm.usual_newcomers)))
    return _("In the week from %(day)s it was %(now)d of 100; in the eight weeks before, %(before)d of 100.") % {
        "day": date_format(alarm.begins_on, "SHORT_DATE_FORMAT"), "now": now, "before": before,
    }  # fmt: skip


def facts_of(actor: User, identities: Sequence[Identity]) -> list[About]:
    """For each record: how much was said, and the last words, of what `actor` may read. Three queries for a pair."""
    parties = InteractionParty.objects.filter(
        identity__in=[one.pk for one in identities], interaction__audience__in=readable_audience_ids(actor)
    )
    counted = dict(parties.values("identity").annotate(number=Count("interaction", distinct=True)).values_list("identity", "number"))
    found = []
    for one in identities:
        last = next(iter(story_page([one.pk], actor, limit=1, wanted=SAID).interactions), None)
        words = " ".join(getattr(last, "words", "").split())[:160] if last else ""
        found.append(About(one, counted.get(one.pk, 0), words, last.happened_at if last else None))
    return found


def _how(weight: float) -> str:
    size = abs(weight)
    if size < 0.5:
        return _("says little")
    if weight > 0:
        return _("speaks a little for it") if size < 3 else _("speaks for it") if size < 7 else _("speaks strongly for it")
    return _("speaks a little against it") if size < 3 else _("speaks against it") if size < 7 else _("speaks strongly against it")
