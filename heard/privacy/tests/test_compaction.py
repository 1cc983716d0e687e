"""A table is written anew only when nobody's older snapshot keeps what was deleted from it."""

import psycopg
import pytest
from django.db import connection

from heard.lib.db import is_postgres
from heard.privacy import compaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE secrets AS SELECT 'said by somebody' AS words")
    yield "secrets"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE secrets")


@pytest.fixture
def somebody_else():
    told = connection.get_connection_params()
    told = {name: told[name] for name in ("dbname", "user", "password", "host", "port") if told.get(name)}
    with psycopg.connect(**told) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield other


def test_a_row_that_an_older_snapshot_sees_is_still_to_do(request, monkeypatch):
    if not is_postgres():
        pytest.skip("about PostgreSQL")
    table, other = request.getfixturevalue("table"), request.getfixturevalue("somebody_else")
    monkeypatch.setattr(compaction, "SECONDS_OF_PATIENCE", 1)
    # A first look at another table: the snapshot is taken, and secrets itself is not locked.
    other.execute("SELECT 1 FROM django_migrations").fetchall()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM secrets")

    assert compaction.compact([table]) == [table]

    other.rollback()
    assert compaction.compact([table]) == []
