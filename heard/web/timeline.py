"""One person's time line: interactions of every kind, and what we promised, in one order, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.insights.selectors import Mark, marks_of
from heard.lib.prepared import prepared
from heard.people.selectors import Person
from heard.promises.models import Promise
from heard.promises.selectors import promised_to, promises_between
from heard.timeline.models import Interaction, InteractionParty, Stage
from heard.timeline.story import Place, story_page
from heard.ui.moments import duration_in_words, moment_in_words
from heard.web.owed import owner_of
from heard.web.story import StoryLine, story_lines
from heard.web.story_filters import CHANNELS, PURCHASES, StoryForm

PAGE = 25
STAGES = dict(Stage.choices)
SILENT_CHANNELS = {"note", "order"}
"""Ways that the line's own words say already."""


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """A line with what surrounds it: `tone` of its dot, way and stage in words, what it means, by which of their names.

    `is_said`: these are the customer's own words.
    """

    line: StoryLine
    tone: str = ""
    way: str = ""
    stage: str = ""
    via: str = ""
    owner: str = ""
    is_said: bool = False
    marks: list[Mark] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.line.at

    @property
    def is_theirs(self) -> bool:
        """Whether the words are the customer's own."""
        return not self.line.by and not self.line.is_internal

    @property
    def meanings(self) -> list[str]:
        return list(dict.fromkeys(mark.theme or mark.kind_name for mark in self.marks))


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it. `conversations` are those it leads to, by which an open screen hears of news."""

    lines: list[TimelineLine]
    older: Place | None
    newer: Place | None
    conversations: list[int]


def timeline_of(person: Person, actor: User, form: StoryForm, *, now: datetime) -> Timeline:
    """A page of a person's time line as `form` asks for it, newest first. The same number of queries whatever its length: at most ten."""
    if form.what_wanted == "promised":
        return _promises_alone(person, actor, form, now)
    page = story_page(person.identity_ids, actor, limit=PAGE, before=form.before_place, after=form.after_place, wanted=form.wanted)
    lines = _lines(page.interactions, person)
    if form.what_wanted == "" and not form.is_narrowed:
        promises = promises_between(person.identity_ids, actor, page.since, page.until)
        told = [line for promise in promises for line in _moments(promise, now)]
        told = [line for line in told if (page.since is None or line.at >= page.since) and (page.until is None or line.at < page.until)]
        lines = sorted([*told, *lines], key=lambda line: line.at, reverse=True)
    numbers = dict.fromkeys(int(line.line.url.split("/")[-2]) for line in lines if line.line.url.startswith("/conversations/"))
    return Timeline(lines, page.older, page.newer, list(numbers))


def _lines(interactions: Sequence[Interaction], person: Person) -> list[TimelineLine]:
    numbers = [one.pk for one in interactions]
    marks = marks_of(numbers)
    names = _names(person) if len(person.identities) > 1 else {}
    via = dict(_parties(numbers, person.identity_ids)) if names and numbers else {}
    return [
        TimelineLine(
            line,
            way="" if one.channel in SILENT_CHANNELS else str(CHANNELS.get(one.channel, one.channel)),
            stage=str(STAGES.get(one.stage, "")),
            via=names.get(via.get(one.pk, 0), ""),
            is_said=one.direction == "in" and one.kind not in PURCHASES and bool(line.words),
            marks=marks.get(one.pk, []),
        )
        for one, line in zip(interactions, story_lines(interactions), strict=True)
    ]


def _names(person: Person) -> dict[int, str]:
    """What tells a person's identities apart: the first address of each, or its name."""
    return {one.pk: next((held.value for held in one.identifiers.all()), one.display_name) for one in person.identities}


@prepared
def _parties(interactions: list[int], identities: list[int]) -> QuerySet[InteractionParty, tuple[int, int]]:
    rows = InteractionParty.objects.filter(interaction__in=interactions, identity__in=identities).order_by("-pk")
    return rows.values_list("interaction_id", "identity_id")


def _promises_alone(person: Person, actor: User, form: StoryForm, now: datetime) -> Timeline:
    """What we promised, each once, where it was made; how it ended is said there."""
    before = form.before_place
    found = promised_to(person.identity_ids, actor, limit=PAGE + 1, before=before)
    lines = [_moments(promise, now)[0] for promise in found[:PAGE]]
    older = (found[PAGE - 1].made_at, found[PAGE - 1].pk) if len(found) > PAGE else None
    return Timeline(lines, older, None, [])


def _moments(promise: Promise, now: datetime) -> list[TimelineLine]:
    """What happened with a promise: it was made, and then kept, broken or released. The first is the making."""
    what = {"what": promise.text or _("Erased")}
    by = {**what, "moment": moment_in_words(promise.first_due_at, now=now, style="exact")}
    # Translators: a line of a time line. %(what)s is a promise in a colleague's words, %(moment)s a day and an hour.
    made = _("We promised by %(moment)s: %(what)s") if promise.told_at else _("We set ourselves a target, by %(moment)s: %(what)s")
    lines = [_moment(promise, promise.made_at, "promise", "handshake", made % by)]
    if promise.broken_at:
        broken = _("We broke a promise: %(what)s") if promise.told_at else _("We missed a target of our own: %(what)s")
        lines.append(_moment(promise, promise.broken_at, "late", "circle-alert", broken % what))
    if promise.kept_at and promise.broken_at:
        late = duration_in_words((promise.kept_at - promise.due_at).total_seconds())
        lines.append(_moment(promise, promise.kept_at, "late", "check", _("Done, %(time)s late: %(what)s") % {**what, "time": late}))
    elif promise.kept_at:
        lines.append(_moment(promise, promise.kept_at, "kept", "check", _("We kept a promise: %(what)s") % what))
    if promise.released_at:
        lines.append(_moment(promise, promise.released_at, "", "handshake", _("Nothing is owed any more: %(what)s") % what))
    return lines


def _moment(promise: Promise, at: datetime, tone: str, icon: str, what: str) -> TimelineLine:
    line = StoryLine(at, icon, what, "", reverse("web:promise", args=[promise.pk]), "", False)
    return TimelineLine(line, tone=tone, owner=owner_of(promise))
