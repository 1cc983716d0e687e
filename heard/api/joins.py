"""Who is who: why two people are one or are not, pairs that wait for an answer, answers, and how often we are wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from heard.accounts.services.accesses import note_access
from heard.api.access import actor, may, once
from heard.api.pages import Limit, number_of
from heard.api.problems import Problem
from heard.api.schemas import Given, Page, Text
from heard.lib.time import now
from heard.matching.models import Review
from heard.matching.quality import join_quality
from heard.matching.queue import get_pair, list_answers, readable_answer, review_queue
from heard.matching.services.reviewing import answer, take_back_act
from heard.matching.shapes import Pair, Share, Step, Why
from heard.matching.whys import why
from heard.people.models import Identity

router = Router(tags=["joins"])


class ReasonOut(Schema):
    text: str
    weight: float = Field(description="log2 of the odds: one point for doubles them, one against halves them.")


class RecordOut(Schema):
    id: str
    person_id: str
    name: str
    source: str


class StepOut(Schema):
    one: RecordOut | None = Field(description="null where your teams may not know of the record.")
    other: RecordOut | None
    probability: float | None = None
    weight: float | None = None
    reasons: list[ReasonOut]
    decided_by: str = ""
    at: datetime | None = None
    said: str = ""
    model_version: str = ""


class WhyOut(Schema):
    verdict: Literal["same", "different", "doubtful", "unlikely"]
    one: RecordOut
    other: RecordOut
    probability: float
    weight: float
    reasons: list[ReasonOut]
    obstacle: str = Field(description="veto, cohesion, claim, decided or empty: what keeps two apart in spite of their likeness.")
    path: list[StepOut] = Field(description="From one to the other, where they are joined.")
    decided: StepOut | None = None
    model_version: str


class PairOut(Schema):
    one: RecordOut
    other: RecordOut
    probability: float
    weight: float
    reasons: list[ReasonOut]
    obstacle: str
    found_at: datetime | None = None


class AnswerIn(Given):
    one: Text = Field(description="The id of a record: of one of the pair.")
    other: Text
    verdict: Literal["same", "different", "not_sure"]
    reason: Text = Field("", max_length=300)


class AnswerOut(Schema):
    id: str
    one: RecordOut
    other: RecordOut
    verdict: str
    reason: str
    by: str
    at: datetime
    is_check: bool
    taken_back_at: datetime | None = None


class ShareOut(Schema):
    hits: int
    of: int
    interval: tuple[int, int] = Field(description="95 %, in whole points from 0 to 100.")


class WeekOut(Schema):
    monday: str
    newcomers: int
    joined: int


class QualityOut(Schema):
    model_version: str
    records: int
    people: int
    wrong: ShareOut = Field(description="Of joins that were checked in a year, those that were two people.")
    confirmed: ShareOut = Field(description="Of doubts that were answered in a year, those that were one person.")
    doubts: int
    likely_split: float
    cut: int
    weeks: list[WeekOut]
    is_alarmed: bool


@router.get("/people/{number}/why/{other}", auth=may("people:read"), response=WhyOut)
def explain(request: HttpRequest, number: str, other: str):
    """Why two records are one person, or why not. Numbers of people and of records both lead there."""
    found = why(actor(request), number_of(number), number_of(other))
    for one in (found.one, found.other):
        note_access(actor(request), one.person_number, page="api")
    return _why(found)


@router.get("/joins/doubts", auth=may("people:read"), response=Page[PairOut])
def doubts(request: HttpRequest, limit: Limit = 50, after: str = ""):
    """Pairs that may be one person and wait for an answer of yours, the likeliest first."""
    pairs = review_queue(actor(request), limit=limit + 1, after=_place(after), has_checks=False)
    last = pairs[limit - 1] if len(pairs) > limit else None
    return {"items": [_pair(pair) for pair in pairs[:limit]], "next": f"{last.probability!r}~{last.mark}" if last else None}


@router.get("/joins/answers", auth=may("people:read"), response=Page[AnswerOut])
def answers(request: HttpRequest, limit: Limit = 50, after: str = ""):
    """Who decided what, the newest first; what was taken back too."""
    rows = list_answers(actor(request), limit=limit + 1, before=number_of(after))
    return {"items": [_answer(row) for row in rows[:limit]], "next": str(rows[limit - 1].pk) if len(rows) > limit else None}


@router.post("/joins/answers", auth=may("people:write"), response={201: AnswerOut})
def say(request: HttpRequest, said: AnswerIn):
    """Say of two records that they are one person, different people, or that you are not sure. "different" outlives every comparison."""
    pair = get_pair(actor(request), number_of(said.one), number_of(said.other))
    review = answer(
        pair.one, pair.other, verdict=said.verdict, by=actor(request), reason=said.reason, once=once(request), probability=pair.probability,
        model_version=pair.model_version,
    )  # fmt: skip
    return Status(201, _answer(review))


@router.delete("/joins/answers/{number}", auth=may("people:write"), response=AnswerOut)
def take_back(request: HttpRequest, number: str):
    """Take an answer back, with those of the same act: everything is as if it had never been said."""
    review = readable_answer(actor(request), number_of(number))
    take_back_act(review, by=actor(request))
    review.refresh_from_db()
    return _answer(review)


@router.get("/joins/quality", auth=may("people:read"), response=QualityOut)
def quality(request: HttpRequest):
    """How often we are wrong, what is still split, and newcomers by week. People of the whole installation are counted."""
    found = join_quality(actor(request), now=now())
    return {
        "model_version": found.model_version, "records": found.records, "people": found.people, "wrong": _share(found.wrong),
        "confirmed": _share(found.confirmed), "doubts": found.doubts, "likely_split": found.likely_split, "cut": found.cut,
        "weeks": [{"monday": week.monday.isoformat(), "newcomers": week.newcomers, "joined": week.joined} for week in found.weeks],
        "is_alarmed": found.alarm is not None,
    }  # fmt: skip


def _place(after: str) -> tuple[float, int] | None:
    if not after:
        return None
    probability, _tilde, pk = after.partition("~")
    try:
        return float(probability), int(pk)
    except ValueError:
        raise Problem(422, _("“after” is what an earlier answer gave as “next”.")) from None


def _record(identity: Identity | None) -> dict[str, str] | None:
    if identity is None:
        return None
    return {"id": str(identity.pk), "person_id": str(identity.person_number), "name": identity.display_name, "source": identity.source}


def _reasons(reasons: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [{"text": str(reason.text), "weight": round(reason.weight, 3)} for reason in reasons]


def _step(step: Step) -> dict[str, Any]:
    return {
        "one": _record(step.one), "other": _record(step.other), "probability": step.probability, "weight": step.weight,
        "reasons": _reasons(step.reasons), "decided_by": step.by, "at": step.at, "said": step.said, "model_version": step.model_version,
    }  # fmt: skip


def _why(found: Why) -> dict[str, Any]:
    return {
        "verdict": found.verdict, "one": _record(found.one), "other": _record(found.other), "probability": found.probability,
        "weight": found.weight, "reasons": _reasons(found.reasons), "obstacle": found.obstacle, "path": [_step(step) for step in found.path],
        "decided": _step(found.decided) if found.decided else None, "model_version": found.model_version,
    }  # fmt: skip


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "one": _record(pair.one), "other": _record(pair.other), "probability": pair.probability, "weight": pair.weight,
        "reasons": _reasons(pair.reasons), "obstacle": pair.obstacle, "found_at": pair.asked_at,
    }  # fmt: skip


def _answer(review: Review) -> dict[str, Any]:
    return {
        "id": str(review.pk), "one": _record(review.one), "other": _record(review.other), "verdict": review.verdict, "reason": review.reason,
        "by": review.by.name, "at": review.at, "is_check": review.is_check, "taken_back_at": review.taken_back_at,
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    return {"hits": share.hits, "of": share.of, "interval": share.interval}
