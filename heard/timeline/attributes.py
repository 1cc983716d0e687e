"""What interactions tell of people for segments and for whoever looks after them: how much they said, when last, and when silence is unusual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from heard.lib.prepared import prepared_look_up
from heard.people.attributes import Counted, Fold, declare
from heard.timeline.models import InteractionParty

NAMES = ["messages", "last_word", "last_written", "writes_in", "quiet"]
NOT_WORDS = ["order", "return", "refund"]
"""Kinds of interactions that show somebody is there, but in which they say nothing."""
LOOKED_AT = 30
"""So many of somebody's newest days are enough to know their rhythm."""
SHORTEST, LONGEST, UNKNOWN = timedelta(days=30), timedelta(days=365), timedelta(days=90)


def quiet_from(moments: Iterable[datetime]) -> datetime | None:
    """From when on somebody's silence is longer than theirs usually is; None for somebody who was never heard.

    Three times the median gap between the days on which they were heard, but at least 30 days and at most a year; 90 days while fewer than
    three such days are known. A rule of thumb, meant for a second look and not for a sum.
    """
    days = sorted({moment.date(): moment for moment in sorted(moments)}.items())
    if not days:
        return None
    gaps = [(after[0] - before[0]).days for before, after in pairwise(days)]
    usual = UNKNOWN if len(gaps) < 2 else min(max(timedelta(days=3 * median(gaps)), SHORTEST), LONGEST)
    return days[-1][1] + usual


def _theirs(identity_ids: Sequence[int]) -> QuerySet[InteractionParty]:
    return InteractionParty.objects.filter(
        identity__in=identity_ids, role="from", interaction__direction="in", interaction__is_automatic=False, interaction__erased_at=None
    )


def _messages(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, number in _messages_of(list(identity_ids)):
        yield Counted(identity, number=number)


def _last_word(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, at in _last_words_of(list(identity_ids)):
        yield Counted(identity, at=at)


def _last_written(identity_ids: Sequence[int]) -> Iterator[Counted]:
    for identity, at in _last_written_to(list(identity_ids)):
        yield Counted(identity, at=at)


def _writes_in(identity_ids: Sequence[int]) -> Iterator[Counted]:
    """Each language in which they wrote to us."""
    rows = _languages_of(list(identity_ids))
    for identity, language in {(identity, language.lower().partition("-")[0]) for identity, language in rows}:
        yield Counted(identity, text=language)


def _quiet(identity_ids: Sequence[int]) -> Iterator[Counted]:
    heard: dict[int, list[datetime]] = defaultdict(list)
    for identity, at in _newest_of(list(identity_ids)):
        heard[identity].append(at)
    for identity, moments in heard.items():
        yield Counted(identity, at=quiet_from(moments))


def _said_by(identity_ids: Sequence[int]) -> QuerySet[InteractionParty]:
    return _theirs(identity_ids).exclude(interaction__kind__in=NOT_WORDS).order_by()


@prepared_look_up
def _messages_of(identity_ids: list[int]) -> QuerySet[InteractionParty, tuple[int, int]]:
    return _said_by(identity_ids).values_list("identity").annotate(Count("interaction", distinct=True))


@prepared_look_up
def _last_words_of(identity_ids: list[int]) -> QuerySet[InteractionParty, tuple[int, datetime]]:
    return _said_by(identity_ids).values_list("identity").annotate(Max("happened_at"))


@prepared_look_up
def _last_written_to(identity_ids: list[int]) -> QuerySet[InteractionParty, tuple[int, datetime]]:
    rows = InteractionParty.objects.filter(
        identity__in=identity_ids, role__in=("to", "cc", "bcc"), interaction__direction="out", interaction__is_automatic=False,
        interaction__erased_at=None,
    ).exclude(interaction__kind__in=NOT_WORDS)  # fmt: skip
    return rows.order_by().values_list("identity").annotate(Max("happened_at"))


@prepared_look_up
def _languages_of(identity_ids: list[int]) -> QuerySet[InteractionParty, tuple[int, str]]:
    rows = _theirs(identity_ids).exclude(interaction__language="").order_by()
    return rows.values_list("identity", "interaction__language").distinct()


@prepared_look_up
def _newest_of(identity_ids: list[int]) -> QuerySet[InteractionParty, tuple[int, datetime]]:
    newest = Window(RowNumber(), partition_by=[F("identity")], order_by=[F("happened_at").desc(), F("pk").desc()])
    return _theirs(identity_ids).annotate(place=newest).filter(place__lte=LOOKED_AT).values_list("identity", "happened_at")


def declare_all() -> None:
    """Let segments ask about these."""
    declare("messages", _("Messages from them"), Fold.SUM, _messages)
    declare("last_word", _("Their last word"), Fold.LATEST, _last_word)
    declare("last_written", _("Our last word to them"), Fold.LATEST, _last_written)
    declare("writes_in", _("Writes in"), Fold.WORDS, _writes_in, example="es", is_language=True)
    declare("quiet", _("Has gone quiet"), Fold.PASSED, _quiet, opposite=_("Has not gone quiet"))
