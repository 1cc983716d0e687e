"""Something that only one worker does at a time, however many there are."""

from collections.abc import Iterable

from django.db import connection

from heard.lib.db import clock, clock_sql
from heard.tasks.models import Lease

LEASE_SECONDS = 45


def hold(name: str, holder: str, seconds: float = LEASE_SECONDS) -> bool:
    """Take or prolong the lease `name` for `holder`. False when somebody else holds it.

    Times come from the database's clock. A holder that stops prolonging loses it after `seconds`.
    """
    now_sql, now_params = clock_sql()
    until_sql, until_params = clock_sql(seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO leases (name, holder, until) VALUES (%s, %s, {until_sql})
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE leases.holder = excluded.holder OR leases.until < {now_sql}
            """,  # noqa: S608 — the pieces are constants of this module
            [name, holder, *until_params, *now_params],
        )
        return cursor.rowcount == 1


def release(name: str, holder: str) -> None:
    """Give the lease back, if `holder` still has it."""
    Lease.objects.filter(name=name, holder=holder).delete()


def held_by_others(names: Iterable[str], holder: str) -> set[str]:
    """Those of `names` that somebody else holds now. One query, no lock."""
    others = Lease.objects.filter(name__in=list(names), until__gte=clock()).exclude(holder=holder)
    return set(others.values_list("name", flat=True))
