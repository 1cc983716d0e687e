"""The vocabulary is looked after: themes are made, described, given, merged, taken apart again. Every step stays on record."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.insights.models import Signal, SignalChange, Theme, ThemeAct, ThemeChange
from heard.insights.vocabulary import vocabulary
from heard.lib.db import lock, update_rows
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now

NAME, DEFINITION = 80, 500


class NameTaken(Refusal):
    """Another theme is called so."""

    def __init__(self, name: str) -> None:
        super().__init__(_("There is a theme called “%(name)s” already. Use that one, or choose another name.") % {"name": name})


class NoName(Refusal):
    """A theme needs a name."""

    def __init__(self) -> None:
        super().__init__(_("Give the theme a name."))


class NotYourTheme(Refusal):
    """Somebody else looks after this theme."""

    def __init__(self, theme: Theme) -> None:
        name = theme.owner.name if theme.owner else ""
        super().__init__(_("%(name)s looks after this theme. Ask them, or a lead, to change it.") % {"name": name})


class ThemeIsMerged(Refusal):
    """It stands for another theme now."""

    def __init__(self) -> None:
        super().__init__(_("This theme was merged into another. Take it out again first."))


class MergedWithItself(Refusal):
    """A theme and itself are one already."""

    def __init__(self) -> None:
        super().__init__(_("Choose another theme to merge it with."))


class NothingToSplit(Refusal):
    """No signal of this theme was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one of this theme’s signals to split off."))


def may_change(theme: Theme, user: User) -> bool:
    """Whoever looks after a theme changes it, and leads; one that nobody looks after, everybody who may write."""
    return user.can_write and (user.is_lead or theme.owner_id in (None, user.pk))


@transaction.atomic
def make_theme(name: str, *, by: User | None, definition: str = "", owner: User | None = None) -> Theme:
    """Add a theme, looked after by `owner` or whoever made it. One in use with the same name, whatever its capitals, is answered instead."""
    name = _named(name)
    if (number := _in_use(name)) is not None:
        return Theme.objects.get(pk=number)
    definition = storable(definition.strip(), DEFINITION)
    theme = Theme(name=name, definition=definition, owner=owner or by, made_by=by, made_at=now())
    _save(theme)
    _note(theme, ThemeAct.MADE, became=name, by=by)
    record_event("theme.made", theme, actor=by, owner_id=theme.owner_id)
    return theme


@transaction.atomic
def change_theme(theme: Theme, *, name: str, definition: str, owner: User | None, by: User) -> Theme:
    """Rename a theme, say anew what belongs to it, give it to somebody. Each that differs is a step of its history. Raises NameTaken, NoName."""
    theme = _held(theme, by)
    name, definition = _named(name), storable(definition.strip(), DEFINITION)
    was = (theme.name, theme.definition, theme.owner)
    _refuse_taken(name, but=theme)
    theme.name, theme.definition, theme.owner = name, definition, owner
    _save(theme, "name", "definition", "owner")
    if was[0] != name:
        _note(theme, ThemeAct.RENAMED, was=was[0], became=name, by=by)
    if was[1] != definition:
        _note(theme, ThemeAct.DEFINED, was=was[1], became=definition, by=by)
    if was[2] != owner:
        _note(theme, ThemeAct.GIVEN, was=was[2].name if was[2] else "", became=owner.name if owner else "", by=by)
    if was != (name, definition, owner):
        record_event("theme.changed", theme, actor=by, act="changed")
    return theme


@transaction.atomic
def merge_themes(theme: Theme, *, into: Theme, by: User) -> Theme:
    """Let `theme` count under `into` from now on. No signal is moved: `unmerge_theme` takes it out again as it was. Answers `into`.

    Needs the say over both. Raises NotYourTheme, ThemeIsMerged and MergedWithItself.
    """
    if theme.pk == into.pk:
        raise MergedWithItself
    first, second = lock(Theme.objects.filter(pk__in=[theme.pk, into.pk]))
    theme, into = (first, second) if first.pk == theme.pk else (second, first)
    for one in (theme, into):
        _refuse_unless_theirs(one, by)
    if theme.merged_into_id is not None or into.merged_into_id is not None:
        raise ThemeIsMerged
    theme.merged_into = into
    theme.save(update_fields=["merged_into"])
    number = Signal.objects.standing().filter(theme__in=[theme.pk, *vocabulary().members(theme.pk)]).count()
    _note(theme, ThemeAct.MERGED, was=theme.name, became=into.name, other=into, by=by, number=number)
    record_event("theme.merged", theme, actor=by, into_id=into.pk)
    return into


@transaction.atomic
def unmerge_theme(theme: Theme, *, by: User) -> Theme:
    """Take a merged theme out again, with what was marked so before. One that is not merged stays as it is. Raises NameTaken."""
    theme = lock(theme)
    _refuse_unless_theirs(theme, by)
    into = theme.merged_into
    if into is None:
        return theme
    _refuse_taken(theme.name, but=theme)
    theme.merged_into = None
    _save(theme, "merged_into")
    _note(theme, ThemeAct.UNMERGED, was=into.name, became=theme.name, other=into, by=by)
    record_event("theme.unmerged", theme, actor=by, from_id=into.pk)
    return theme


@transaction.atomic
def split_theme(theme: Theme, *, signals: Iterable[Signal], name: str, by: User, definition: str = "") -> Theme:
    """Give some signals of a theme to a new one called `name` (or one in use of that name). Each signal keeps the record of where it came from.

    Signals that do not count under `theme`, or are taken back, are left alone. Raises NothingToSplit, NotYourTheme and ThemeIsMerged.
    """
    theme = _held(theme, by)
    members = vocabulary().members(theme.pk)
    wanted = Signal.objects.standing().filter(pk__in=[signal.pk for signal in signals], theme__in=members)
    chosen = lock(wanted)
    new = make_theme(name, by=by, definition=definition)
    if not chosen or new.pk == theme.pk:
        raise NothingToSplit
    change = _note(new, ThemeAct.SPLIT, was=theme.name, became=new.name, other=theme, by=by, number=len(chosen))
    give_theme(chosen, new, because=change, by=by)
    record_event("theme.split", new, actor=by, from_id=theme.pk, signals=len(chosen))
    return new


def give_theme(signals: Iterable[Signal], theme: Theme, *, because: ThemeChange, by: User) -> None:
    """File locked signals under another theme, each with its record."""
    rows, moment = list(signals), now()
    changes = [
        SignalChange(
            signal=signal, was_kind=signal.kind, kind=signal.kind, was_theme_id=signal.theme_id, theme=theme, because=because, by=by, at=moment
        )
        for signal in rows
    ]  # fmt: skip
    for signal in rows:
        signal.theme = theme
    update_rows(rows, ["theme"])
    SignalChange.objects.bulk_create(changes, batch_size=500)


def _held(theme: Theme, by: User) -> Theme:
    theme = lock(theme)
    _refuse_unless_theirs(theme, by)
    if theme.merged_into_id is not None:
        raise ThemeIsMerged
    return theme


def _refuse_unless_theirs(theme: Theme, by: User) -> None:
    if not may_change(theme, by):
        raise NotYourTheme(theme)


def _refuse_taken(name: str, *, but: Theme) -> None:
    if _in_use(name) not in (None, but.pk):
        raise NameTaken(name)


def _in_use(name: str) -> int | None:
    """The theme in use of this name, whatever its capitals (SQLite by itself compares only those of ASCII)."""
    names = Theme.objects.filter(merged_into=None).values_list("pk", "name")
    return next((number for number, known in names if known.casefold() == name.casefold()), None)


def _save(theme: Theme, *fields: str) -> None:
    try:
        with transaction.atomic():
            theme.save(update_fields=fields or None)
    except IntegrityError:  # somebody gave another theme this name at the same moment
        raise NameTaken(theme.name) from None


def _named(name: str) -> str:
    name = " ".join(storable(name).split())[:NAME].strip()
    if not name:
        raise NoName
    return name


def _note(
    theme: Theme, act: ThemeAct, *, by: User | None, was: str = "", became: str = "", other: Theme | None = None, number: int = 0
) -> ThemeChange:
    return ThemeChange.objects.create(theme=theme, act=act, was=was, became=became, other=other, number_of_signals=number, by=by, at=now())
