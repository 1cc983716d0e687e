"""How good our joins are: how often we are wrong, what is still split, what is suspiciously large, and whether joining works as it did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.lib.statistics import wilson_interval
from heard.matching.evidence import model_in_force
from heard.matching.models import JoinAlarm, JoinCheck, MatchEdge, MatchModel, MatchRecord, Review
from heard.matching.shapes import Big, Quality, Share, Shared, Week
from heard.people.models import Identifier, Identity, IdentityAudience, LinkDecision

A_YEAR = timedelta(days=365)
WEEKS = 10
SHOWN = 10
MANY = 5
"""From so many people on, a value that they share is worth a look: a shared mailbox, a telephone of the house."""
MOST_DOUBTS = 5_000


def join_quality(actor: User | None, *, now: datetime) -> Quality:
    """Everything the page tells. People are counted over the whole installation; names and values are shown to those who may know them,
    to nobody (None) neither.

    About fifteen queries, some of which count whole tables: for a page that is looked at now and then.
    """
    records = Identity.objects.filter(erased_at=None).count()
    people = Identity.objects.filter(erased_at=None).heads().count()
    checked = _answers(is_check=True, now=now)
    split = _chances_of_doubts()
    return Quality(
        model_version=model_in_force().version,
        matched=MatchRecord.objects.count(),
        records=records,
        people=people,
        joined_records=records - people,
        wrong=_share(checked[Review.DIFFERENT], checked[Review.DIFFERENT] + checked[Review.SAME]),
        checks_waiting=JoinCheck.objects.filter(review=None, one__person_number=F("other__person_number")).count(),
        doubts=len(split),
        likely_split=sum(split),
        confirmed=_confirmed(now),
        cut=LinkDecision.objects.filter(verdict=LinkDecision.DIFFERENT, retracted_at=None, by__isnull=False).count(),
        biggest=_biggest(actor),
        shared=_shared(actor),
        weeks=weeks_of_newcomers(now),
        alarm=standing_alarm(),
    )


def standing_alarm() -> JoinAlarm | None:
    """The newest alarm that nobody looked at. One query."""
    return JoinAlarm.objects.filter(ended_at=None).order_by("-begins_on").first()


def weeks_of_newcomers(now: datetime) -> tuple[Week, ...]:
    """The last ten weeks, the newest last: who was heard for the first time, and how many of them were joined with an older record. One query."""
    here = timezone.localtime(now)
    monday = (here - timedelta(days=here.weekday())).date()
    since = timezone.make_aware(datetime.combine(monday - timedelta(weeks=WEEKS - 1), datetime.min.time()))
    rows = newcomers(since, now).annotate(week=TruncWeek("first_seen_at")).values("week").order_by("week")
    counted = {
        row["week"].date(): row for row in rows.annotate(number=Count("pk"), joined=Count("pk", filter=Q(person_number__lt=F("pk"))))
    }
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return tuple(Week(day, *((counted[day]["number"], counted[day]["joined"]) if day in counted else (0, 0))) for day in mondays)


def newcomers(since: datetime, until: datetime):  # type: ignore[no-untyped-def]
    """Identities first seen in [since, until), along the index of when they were seen last, which cannot be earlier."""
    return Identity.objects.filter(last_seen_at__gte=since, first_seen_at__gte=since, first_seen_at__lt=until, erased_at=None)


def _answers(*, is_check: bool, now: datetime) -> dict[str, int]:
    rows = Review.objects.filter(is_check=is_check, taken_back_at=None, at__gte=now - A_YEAR)
    found = dict(rows.values("verdict").annotate(number=Count("pk")).order_by().values_list("verdict", "number"))
    return {verdict: found.get(verdict, 0) for verdict in (Review.SAME, Review.DIFFERENT, Review.NOT_SURE)}


def _confirmed(now: datetime) -> Share:
    """Of doubts that colleagues answered in a year, those that were one person."""
    answered = _answers(is_check=False, now=now)
    return _share(answered[Review.SAME], answered[Review.SAME] + answered[Review.DIFFERENT])


def _share(hits: int, of: int) -> Share:
    return Share(hits, of, wilson_interval(hits, of))


def _chances_of_doubts() -> list[float]:
    """For each two people about whom there is a doubt, how likely they are one. One query, of at most five thousand pairs."""
    rows = MatchEdge.objects.filter(model__state=MatchModel.ACTIVE, state=MatchEdge.OPEN).exclude(
        one__person_number=F("other__person_number")
    )
    likeliest: dict[tuple[int, int], float] = {}
    for one, other, probability in rows.order_by("-probability", "pk").values_list(
        "one__person_number", "other__person_number", "probability"
    )[:MOST_DOUBTS]:
        likeliest.setdefault((min(one, other), max(one, other)), probability)
    return list(likeliest.values())


def _biggest(actor: User | None) -> tuple[Big, ...]:
    rows = Identity.objects.filter(erased_at=None).exclude(person_number=F("pk")).values("person_number").annotate(more=Count("pk"))
    largest = list(rows.order_by("-more", "person_number").values_list("person_number", "more")[:SHOWN])
    shown: dict[int, Identity] = {}
    known = Identity.objects.none() if actor is None else Identity.objects.visible_to(actor)
    for one in known.filter(person_number__in=[number for number, _ in largest]).order_by("pk"):
        if one.display_name or one.person_number not in shown:
            shown.setdefault(one.person_number, one)
    return tuple(Big(shown.get(number), number if number in shown else 0, more + 1) for number, more in largest)


def _shared(actor: User | None) -> tuple[Shared, ...]:
    """Addresses, telephones and numbers that several people have; the value only to those who may know of one of its holders."""
    rows = Identifier.objects.exclude(kind__in=["external", "customer"]).values("kind", "value").order_by()
    counted = rows.annotate(holders=Count("identity__person_number", distinct=True)).filter(holders__gte=MANY)
    found = list(counted.order_by("-holders", "kind", "value").values_list("kind", "value", "holders")[:SHOWN])
    known = _known_values(actor, [value for _, value, _ in found])
    return tuple(Shared(kind, value if value in known else "", holders) for kind, value, holders in found)


def _known_values(actor: User | None, values: Iterable[str]) -> set[str]:
    audiences = [] if actor is None else readable_audience_ids(actor)
    visible = IdentityAudience.objects.filter(identity=OuterRef("identity"), audience__in=audiences)
    return set(Identifier.objects.filter(Exists(visible), value__in=list(values)).values_list("value", flat=True))
