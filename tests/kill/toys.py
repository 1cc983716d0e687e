"""A task whose effect is counted: two rows for each piece of work, in one transaction, however often it is tried."""

import time
from datetime import timedelta

from django.db import connection, transaction

from heard.lib.time import now
from heard.tasks import RetryAt, task

TABLES = {
    "toy_tries": "work integer NOT NULL",
    "toy_ledger": "work integer NOT NULL, side integer NOT NULL, PRIMARY KEY (work, side)",
}


def make_tables() -> None:
    """The ledger, beside the installation's own tables."""
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {name} ({columns})")


def drop_tables() -> None:
    """Remove it again."""
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"DROP TABLE {name}")


@task(name="toy.post")
def post(work: int) -> None:
    """Post both sides of a piece of work. Every seventh is told once to come back, every eleventh fails once."""
    tries = _try(work)
    if work % 7 == 0 and tries == 1:
        raise RetryAt(now() + timedelta(milliseconds=50))
    if work % 11 == 0 and tries == 1:
        raise ConnectionError
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO toy_ledger VALUES (%s, 1) ON CONFLICT DO NOTHING", [work])
        time.sleep(work % 5 / 500)
        cursor.execute("INSERT INTO toy_ledger VALUES (%s, 2) ON CONFLICT DO NOTHING", [work])
    if work % 13 == 0 and not _is_posted(-work):
        post.enqueue(-work)


def _try(work: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO toy_tries VALUES (%s)", [work])
        cursor.execute("SELECT count(*) FROM toy_tries WHERE work = %s", [work])
        return cursor.fetchone()[0]


def _is_posted(work: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM toy_ledger WHERE work = %s", [work])
        return cursor.fetchone()[0] > 0


def balance() -> dict[int, int]:
    """How many sides of each piece of work were posted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT work, count(*) FROM toy_ledger GROUP BY work")
        return dict(cursor.fetchall())
