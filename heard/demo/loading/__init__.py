"""Bringing the generated company into the database: who there is, what is past in bulk, and what is open as if it had been lived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from heard.conversations.models import Conversation
from heard.demo.company import Act, Company
from heard.demo.generate import acts
from heard.demo.loading.changes import load_changes
from heard.demo.loading.history import History
from heard.demo.loading.inside import load_inside
from heard.demo.loading.meaning import load_meaning
from heard.demo.loading.people import load_people
from heard.demo.loading.present import Present
from heard.demo.loading.purchases import load_purchases
from heard.demo.loading.setting import Setting, make_setting
from heard.demo.loading.why import load_why
from heard.lib.collecting import rarely_collected
from heard.lib.db import is_sqlite
from heard.lib.time import now
from heard.timeline.models import Interaction

PAST_PREFIXES = ("t", "m")
PAST_STORIES = ("ada-first-pair", "ada-boots", "ada-work", "owen-locks")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it, for the last line of the command."""

    customers: int
    conversations: int
    interactions: int
    loaded_at: int = 0
    """When it was ready, in seconds since 1970: what is done after it was done by whoever tries Heard."""
    ada_poles: int = 0
    """The conversation of which all four stories tell."""
    lock_improvement: int = 0
    fits_improvement: int = 0
    fits_theme: int = 0
    henrik: int = 0
    """Somebody known by several records, joined by their evidence."""
    owen: int = 0
    """A record that was cut from somebody of the same name."""


def load(company: Company, *, tell: Callable[[int], None] = lambda _: None) -> Loaded:
    """Load everything. `tell(acts)` hears of progress. The database must have its tables and hold no colleague yet.

    What is finished goes in by bulk through the filing path as history; the few dozen conversations that are open now are lived
    again act by act, with the clock set back, so that what is owed, due and snoozed is exactly what the services make of it.
    """
    with _unsynced():
        setting = make_setting(company)
        with rarely_collected():
            lived, threads = _load_past(company, setting, tell)
        present = Present(company, setting)
        present.live(lived)
        landmarks = _load_loop(company, setting, {**threads, **present.conversations})
        _gather_statistics()
    return Loaded(
        len(company.customers),
        Conversation.objects.count(),
        Interaction.objects.filter(channel__in=["email", "note"]).count(),
        loaded_at=int(now().timestamp()),
        **landmarks,
    )


def _load_loop(company: Company, setting: Setting, threads: dict[str, int]) -> dict[str, int]:
    """What was made of the letters: what they mean, what was changed, who was told, and why all of it. Answers where the stories lead."""
    load_why(company, setting)
    load_purchases(company, setting)
    load_inside(company, setting, threads)
    signals = load_meaning(company, setting, threads)
    improvements = load_changes(company, setting, signals)
    theme = signals["fits"][0].theme_id if signals.get("fits") else 0
    known = load_people(company, setting)
    return {
        "ada_poles": threads["ada-poles"],
        "lock_improvement": improvements["lock"].pk,
        "fits_improvement": improvements["fits"].pk,
        "fits_theme": theme or 0,
        **known,
    }


def _load_past(company: Company, setting: Setting, tell: Callable[[int], None]) -> tuple[list[Act], dict[str, int]]:
    """Load what is finished; answers the acts that are not, in order of time, and the conversations by the generator's keys."""
    lived: list[Act] = []
    with History(company, setting) as history:
        for number, act in enumerate(acts(company), 1):
            if is_past(act.thread):
                history.take(act)
            else:
                lived.append(act)
            if number % 200 == 0:
                tell(number)
        history.finish()
        threads = {key: thread.conversation.pk for key, thread in history.threads.items()}
    return lived, threads


@contextmanager
def _unsynced() -> Iterator[None]:
    """Let SQLite wait for the disk once at the end and not a thousand times: whoever is interrupted begins again from nothing."""
    if not is_sqlite() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = OFF")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {int(usual)}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_past(thread: str) -> bool:
    """Whether a thread has ended: those of the year, the machines', and the older stories of named people."""
    return thread in PAST_STORIES or (thread[:1] in PAST_PREFIXES and thread[1:].isdigit())


def _gather_statistics() -> None:
    """Let the database count its rows: after so many inserts its plans rest on an empty house."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
