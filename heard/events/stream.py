"""Reading the log in order. `position` is gap-free over committed rows: a reader that continues after the last one it saw misses nothing.

On SQLite there is one writer at a time, and `record_event` gives the position. On PostgreSQL ids become visible out of order: a reader that
follows ids loses the row of a long transaction that committed late. There rows commit without a position, and `sequence` gives positions to
what is committed, under a lock, before anybody reads.
"""

from django.db import connection, transaction

from heard.events.models import Event
from heard.events.recording import last_position
from heard.lib.db import is_postgres

SEQUENCER = 0x68656172  # the advisory lock's number; any will do that nothing else here uses
BATCH = 5000


def sequence() -> int:
    """Give positions to committed events that have none; return how many. Costs one look at an almost empty index when there are none."""
    given = 0
    while is_postgres() and Event.objects.filter(position=None).exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER])
            cursor.execute(
                """
                UPDATE events SET position = %s + numbered.number
                FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
                      FROM (SELECT id FROM events WHERE position IS NULL ORDER BY id LIMIT %s) AS waiting) AS numbered
                WHERE events.id = numbered.id
                """,
                [last_position(), BATCH],
            )
            given += cursor.rowcount
    return given


def head() -> int:
    """The position of the newest committed event; 0 when there is none."""
    sequence()
    return last_position()


def events_after(position: int, *, limit: int = 1000) -> list[Event]:
    """Up to `limit` committed events after `position`, in order. At most four queries."""
    sequence()
    return list(Event.objects.filter(position__gt=position).order_by("position")[:limit])
