"""Recurring tasks: what `heard/schedule.py` lists, and the rows that say when each runs next."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib import import_module
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from heard.lib.time import now
from heard.tasks.declaration import Declared
from heard.tasks.models import Recurrence


class Rhythm(Protocol):
    """How often."""

    def after(self, moment: datetime) -> datetime:
        """The first turn later than `moment`."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds, counted from when it last ran."""

    seconds: int

    def after(self, moment: datetime) -> datetime:
        return moment + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at `at` in the installation's time zone. In the hour that summer time skips, it runs when the clock has jumped."""

    at: time

    def after(self, moment: datetime) -> datetime:
        zone = ZoneInfo(settings.TIME_ZONE)
        today = moment.astimezone(zone).date()
        for days in range(-1, 3):
            turn = datetime.combine(today + timedelta(days=days), self.at, zone).astimezone(moment.tzinfo)
            if turn > moment:
                return turn
        raise AssertionError("a day has a turn")


@dataclass(frozen=True, slots=True)
class Recurring:
    """A line of the schedule. The task takes no arguments."""

    task: Declared[Any]
    rhythm: Rhythm

    @property
    def name(self) -> str:
        """The task's name, which is the row's."""
        return self.task.name


def listed() -> list[Recurring]:
    """What `heard/schedule.py` lists."""
    return list(import_module("heard.schedule").RECURRING)


def enqueue_due(recurring: list[Recurring], at: datetime | None = None) -> datetime:
    """Enqueue what is due, each at most once however long nobody looked; return the moment of the next turn."""
    moment = at or now()
    rows = {row.name: row for row in Recurrence.objects.filter(name__in=[one.name for one in recurring])}
    turns = [_look_at(one, rows.get(one.name), moment) for one in recurring]
    return min(turns, default=moment + timedelta(minutes=1))


def _look_at(one: Recurring, row: Recurrence | None, moment: datetime) -> datetime:
    following = one.rhythm.after(moment)
    if row is None:
        Recurrence.objects.get_or_create(name=one.name, defaults={"next_run_at": following})
        return following
    if row.next_run_at > following:  # the clock was set back: do not wait for the old time to come round again
        Recurrence.objects.filter(pk=row.pk, next_run_at=row.next_run_at).update(next_run_at=following)
        return following
    if row.next_run_at > moment:
        return row.next_run_at
    with transaction.atomic():
        turn = Recurrence.objects.filter(pk=row.pk, next_run_at=row.next_run_at)
        if turn.update(next_run_at=following, last_run_at=moment):  # nobody else had this turn
            one.task.using(dedupe=f"recurring {one.name}").enqueue()
    return following
