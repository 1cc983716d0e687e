"""Looking at ourselves: joins drawn by lot to be checked, and an alarm when newcomers are no longer joined as they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.utils import timezone

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.db import insert_rows, lock
from heard.lib.statistics import wilson_interval
from heard.lib.text import storable
from heard.lib.time import now
from heard.matching.models import JoinAlarm, JoinCheck, MatchEdge, MatchModel
from heard.matching.quality import newcomers
from heard.people.models import LinkDecision

AT_ONCE = 10
PROBES, ROUNDS = 200, 10
USUAL = timedelta(weeks=8)
A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=28)
ENOUGH, ENOUGH_USUALLY = 30, 100
"""Newcomers, in the week and before, below which a share says nothing."""


@transaction.atomic
def draw_checks(*, by: User | None = None, number: int = AT_ONCE) -> int:
    """Draw up to `number` joins by lot that nobody looked at yet; colleagues are asked about them among the doubts. How many were drawn."""
    model = MatchModel.objects.filter(state=MatchModel.ACTIVE).first()
    drawn = [] if model is None else _drawn(model, number)
    insert_rows(
        [
            JoinCheck(one_id=edge.one_id, other_id=edge.other_id, probability=edge.probability, model_version=model.version, drawn_at=now())
            for edge in drawn
            if model is not None
        ],
        ignore_conflicts=True,
    )
    if drawn and model is not None:
        record_event("checks.drawn", model, actor=by, number=len(drawn))
    return len(drawn)


def keep_checks() -> None:
    """See that a few checks always wait: ten are drawn once all were answered, or nobody answered for a month."""
    waiting = JoinCheck.objects.filter(review=None, one__person_number=F("other__person_number"), drawn_at__gte=now() - A_MONTH)
    if not waiting.exists():
        draw_checks()


@transaction.atomic
def watch_joining(*, at: datetime | None = None) -> JoinAlarm | None:
    """Raise an alarm when the share of newcomers of the last seven days who were joined lies surely below that of the eight weeks before.

    Surely: the 95 % intervals do not meet, and both weeks and past have enough newcomers. One alarm for a week; the one that was raised,
    if any.
    """
    until = at or now()
    lately, usually = _joined(until - A_WEEK, until), _joined(until - A_WEEK - USUAL, until - A_WEEK)
    if lately[0] < ENOUGH or usually[0] < ENOUGH_USUALLY:
        return None
    if wilson_interval(lately[1], lately[0])[1] >= wilson_interval(usually[1], usually[0])[0]:
        return None
    here = timezone.localtime(until - timedelta(days=1))
    monday = (here - timedelta(days=here.weekday())).date()
    alarm, is_new = JoinAlarm.objects.get_or_create(
        begins_on=monday,
        defaults={
            "newcomers": lately[0], "joined": lately[1], "usual_newcomers": usually[0], "usual_joined": usually[1], "raised_at": until,
        },
    )  # fmt: skip
    if not is_new:
        return None
    record_event(
        "joining.fell", alarm, newcomers=lately[0], joined=lately[1], usual_newcomers=usually[0], usual_joined=usually[1]
    )  # fmt: skip
    return alarm


@transaction.atomic
def look_at_alarm(alarm: JoinAlarm, *, by: User, reason: str) -> None:
    """Somebody looked at it; `reason` says what it was. Twice changes nothing."""
    alarm = lock(alarm)
    if alarm.ended_at is not None:
        return
    alarm.ended_at, alarm.ended_by, alarm.reason = now(), by, storable(reason.strip(), 300)
    alarm.save(update_fields=["ended_at", "ended_by", "reason"])
    record_event("joining.looked_at", alarm, actor=by)


def _drawn(model: MatchModel, number: int) -> list[MatchEdge]:
    """Each join with the same chance: ids at random, of which those that are no such join are thrown away; sparse ones are shuffled whole."""
    rows = MatchEdge.objects.filter(model=model, state=MatchEdge.JOINED, one__erased_at=None, other__erased_at=None)
    rows = rows.filter(one__person_number=F("other__person_number"))
    looked_at = JoinCheck.objects.filter(one=OuterRef("one"), other=OuterRef("other"), model_version=model.version)
    said = LinkDecision.objects.filter(one=OuterRef("one"), other=OuterRef("other"), retracted_at=None, by__isnull=False)
    rows = rows.filter(~Exists(looked_at), ~Exists(said))
    ends = MatchEdge.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    lot, found = SystemRandom(), dict[int, MatchEdge]()
    for _round in range(ROUNDS):
        wanted = [lot.randint(ends["first"], ends["last"]) for _ in range(PROBES)]
        found |= {edge.pk: edge for edge in rows.filter(pk__in=wanted)}
        if len(found) >= number:
            return lot.sample(list(found.values()), number)
    return list(rows.order_by("?")[:number])


def _joined(since: datetime, until: datetime) -> tuple[int, int]:
    """Newcomers, and those of them who were joined with an older record."""
    counted = newcomers(since, until).aggregate(number=Count("pk"), joined=Count("pk", filter=Q(person_number__lt=F("pk"))))
    return counted["number"], counted["joined"]
