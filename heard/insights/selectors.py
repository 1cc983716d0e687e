"""Reads shaped for threads, for the pages of themes, and for whoever builds on signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Substr
from django.http import Http404

from heard.accounts.models import User
from heard.accounts.selectors import readable_audience_ids
from heard.insights.models import Kind, Signal, SignalQuerySet, Theme, ThemeChange
from heard.insights.vocabulary import vocabulary
from heard.lib.prepared import prepared
from heard.lib.time import now
from heard.timeline.models import Interaction

MARGIN = 110
"""Characters shown before and after the words of a signal."""
WINDOW = Substr("interaction__text", Greatest(F("start") - Value(MARGIN), Value(0)) + Value(1), F("end") - F("start") + Value(2 * MARGIN))
RECENTLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Mark:
    """What some words of a message mean; `theme` is how its theme is called now, "" for none."""

    signal_id: int
    start: int
    end: int
    kind: str
    theme: str

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label)


def marks_of(interaction_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """The signals in interactions that the reader may see, by interaction, in the order of the words. One query; two when themes were merged."""
    signals = list(_marks(list(interaction_ids))) if interaction_ids else []
    is_merged = any(signal.theme is not None and signal.theme.merged_into_id for signal in signals)
    words = vocabulary() if is_merged else None
    found: dict[int, list[Mark]] = {}
    for signal in signals:
        theme = words.now(signal.theme_id) if words else signal.theme
        mark = Mark(signal.pk, signal.start, signal.end, signal.kind, theme.name if theme else "")
        found.setdefault(signal.interaction_id, []).append(mark)
    return found


def with_marks(interactions: Sequence[Interaction]) -> None:
    """Give each loaded interaction its `marks`, for `said_words` and `meanings_of` in templates. Queries as `marks_of`."""
    found = marks_of([interaction.pk for interaction in interactions])
    for interaction in interactions:
        interaction.__dict__["marks"] = found.get(interaction.pk, [])


@prepared
def _marks(interactions: list[int]) -> QuerySet[Signal]:
    rows = Signal.objects.filter(interaction__in=interactions, retracted_at=None, end__gt=0)
    return rows.select_related("theme").order_by("interaction", "start", "end", "pk")


@dataclass(frozen=True, slots=True)
class Quote:
    """A signal as it is read: its words, and what stands before and after them. `is_second_hand`: a colleague wrote it down.

    All words are empty and `name` is "" when they were erased. `conversation_id` is None for what was said outside of one.
    """

    signal: Signal
    before: str
    words: str
    after: str
    name: str
    channel: str
    is_second_hand: bool
    conversation_id: int | None
    message_id: int | None
    person_number: int | None
    theme: Theme | None

    @property
    def is_erased(self) -> bool:
        return self.signal.is_emptied


def quotes_of(signals: SignalQuerySet, actor: User) -> list[Quote]:
    """The signals of a sliced or short queryset with their words, as far as `actor` may read them. Two queries; no long text is loaded."""
    rows = signals.annotate(window=WINDOW).select_related("interaction__message", "identity", "by")
    rows = rows.defer("interaction__text", "interaction__quoted", "interaction__message__html")
    readable, words = set(readable_audience_ids(actor)), vocabulary()
    return [_quote(row, words.now(row.theme_id)) for row in rows if row.interaction.audience_id in readable]


def _quote(signal: Signal, theme: Theme | None) -> Quote:
    at = signal.start - max(signal.start - MARGIN, 0)
    window: str = "" if signal.is_emptied else getattr(signal, "window")  # noqa: B009 (annotated above, which the types do not know)
    length = signal.end - signal.start
    is_cut_before = signal.start > MARGIN
    is_cut_after = len(window) == length + 2 * MARGIN or (not is_cut_before and len(window) > at + length + MARGIN)
    before, after = window[:at], window[at + length :][:MARGIN]
    message = getattr(signal.interaction, "message", None)
    return Quote(
        signal=signal,
        before=f"… {before.partition(' ')[2]}" if is_cut_before else before,
        words=window[at : at + length],
        after=f"{after.rpartition(' ')[0]} …" if is_cut_after else after,
        name=signal.identity.display_name if signal.identity else "",
        channel=signal.interaction.channel,
        is_second_hand=signal.interaction.direction == "internal",
        conversation_id=message.conversation_id if message else None,
        message_id=message.pk if message else None,
        person_number=signal.identity.person_number if signal.identity else None,
        theme=theme,
    )


FELT = (Kind.PROBLEM, Kind.PRAISE, Kind.UNFAIR_RULE)


def felt_last(identity_ids: Sequence[int], actor: User) -> Quote | None:
    """What a person who is these identities was glad of, or hurt by, last, in their own words; None when nobody marked any. One query or two."""
    found = _felt(list(identity_ids), readable_audience_ids(actor))
    if not found:
        return None
    signal = found[0]
    is_merged = signal.theme is not None and signal.theme.merged_into_id is not None
    return _quote(signal, vocabulary().now(signal.theme_id) if is_merged else signal.theme)


@prepared
def _felt(identities: list[int], audiences: list[int]) -> QuerySet[Signal]:
    rows = Signal.objects.filter(identity__in=identities, interaction__audience__in=audiences, retracted_at=None, end__gt=0, kind__in=FELT)
    rows = rows.select_related("interaction__message", "identity", "by", "theme").order_by("-said_at", "-pk")
    return rows.annotate(window=WINDOW).defer("interaction__text", "interaction__quoted", "interaction__message__html")[:1]


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme in the list: how many different people spoke of it, how many of them in the last 30 days, and what it took in."""

    theme: Theme
    people: int
    people_recently: int
    signals: int
    merged: list[Theme]


def list_themes(*, at: datetime | None = None) -> list[ThemeLine]:
    """The themes in use, those of most people first. Counts are over all audiences: they show nobody's words. Two queries.

    People, not messages: whoever said it by two addresses that are one person counts once, and whoever was erased still counts.
    """
    words = vocabulary()
    person, since = "identity__person_number", (at or now()) - RECENTLY
    rows = (
        Signal.objects.standing()
        .filter(theme__isnull=False)
        .annotate(rooted=words.rooted())
        .order_by()
        .values("rooted")
        .annotate(
            people=Count(person, distinct=True), recently=Count(person, distinct=True, filter=Q(said_at__gte=since)), signals=Count("pk")
        )
    )
    counts = {row["rooted"]: row for row in rows}
    nothing = {"people": 0, "recently": 0, "signals": 0}
    lines = []
    for theme in words.in_use:
        count = counts.get(theme.pk, nothing)
        merged = [words.themes[number] for number in words.members(theme.pk) if number != theme.pk]
        lines.append(ThemeLine(theme, count["people"], count["recently"], count["signals"], merged))
    return sorted(lines, key=lambda line: (-line.people, line.theme.name.casefold()))


def get_theme(number: int) -> Theme:
    """A theme with its owner, merged or not; Http404 when there is none."""
    theme = Theme.objects.select_related("owner", "merged_into").filter(pk=number).first()
    if theme is None:
        raise Http404
    return theme


def signals_of_theme(theme: Theme, *, kind: str = "", containing: str = "") -> SignalQuerySet:
    """The signals that count under a theme, those said last first; of one kind, and whose message holds some words, where asked for."""
    rows = Signal.objects.standing().filter(theme__in=vocabulary().members(theme.pk))
    if kind:
        rows = rows.filter(kind=kind)
    if containing.strip():
        rows = rows.filter(interaction__text__icontains=containing.strip())
    return rows.order_by("-said_at", "-pk")


def people_by_kind(signals: SignalQuerySet) -> dict[str, int]:
    """How many different people said each kind of thing. One query."""
    rows = signals.order_by().values("kind").annotate(people=Count("identity__person_number", distinct=True))
    return {row["kind"]: row["people"] for row in rows}


def count_people(signals: SignalQuerySet) -> int:
    """How many different people these signals are of. One query."""
    count: int = signals.order_by().aggregate(people=Count("identity__person_number", distinct=True))["people"]
    return count


def history_of_theme(theme: Theme) -> list[ThemeChange]:
    """What was done to a theme, and to others in its favour or out of it; newest first. One query."""
    rows = ThemeChange.objects.filter(Q(theme=theme) | Q(other=theme)).select_related("by", "theme", "other")
    return list(rows.order_by("-pk"))


def signals_by_id(ids: Iterable[int], actor: User) -> list[Signal]:
    """Those of these signals that stand and that `actor` may read. One query."""
    return list(Signal.objects.standing().visible_to(actor).filter(pk__in=list(ids)).order_by("-said_at", "-pk"))


def get_signal(actor: User, signal_id: int) -> Signal:
    """A signal whose words `actor` may read, taken back or not; Http404 otherwise."""
    signal = Signal.objects.visible_to(actor).select_related("theme", "interaction__message").filter(pk=signal_id).first()
    if signal is None:
        raise Http404
    return signal
