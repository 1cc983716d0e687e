"""Checks of the ground: database, keys, clock, disk."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from heard.lib import keys
from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.db import is_sqlite
from heard.lib.sqlite_versions import is_safe_for_several_writers

LITTLE_SPACE = 1_000_000_000
CLOCK_SECONDS = 5


@doctor_check("database")
def database() -> list[Finding]:
    """Version, wholeness, tables of this version of the program."""
    found = []
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        found.append(problem("the tables are those of another version. Run: heard init"))
    if is_sqlite():
        found += _sqlite()
    elif connection.cursor().connection.info.server_version < 150000:
        found.append(warning("PostgreSQL is older than 15, on which nothing is tested"))
    return found


def _sqlite() -> list[Finding]:
    found = []
    if not is_safe_for_several_writers(sqlite3.sqlite_version_info):
        found.append(warning(f"SQLite {sqlite3.sqlite_version} can lose data when several processes write; 3.51.3 is mended"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(3)")
        said = [row[0] for row in cursor.fetchall()]
    if said != ["ok"]:
        found.append(problem(f"the file is damaged ({said[0]}). Stop Heard and restore a backup"))
    return found


@doctor_check("keys")
def key_files() -> list[Finding]:
    """Every key is there, and only its owner may read it."""
    found = []
    for name in keys.NAMES:
        if keys.is_given(name):
            continue
        place = keys.place(name)
        if not place.exists():
            found.append(problem(f"the key {name} is missing: {keys.NAMES[name]}. Put it back from where you keep a copy"))
        elif place.stat().st_mode & 0o077:
            found.append(problem(f"{place} may be read by others. Run: chmod 600 {place}"))
    return found


@doctor_check("clock")
def clock() -> list[Finding]:
    """This machine and the database agree on the time."""
    if is_sqlite():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        differ = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    return [warning(f"this machine's clock and the database's differ by {differ:.0f} s")] if differ > CLOCK_SECONDS else []


@doctor_check("disk")
def disk() -> list[Finding]:
    """There is room for files and database."""
    free = min(shutil.disk_usage(place).free for place in _folders())
    return [warning(f"{free / 1e9:.1f} GB are free; mail is refused when none is left")] if free < LITTLE_SPACE else []


def _folders() -> list[Path]:
    return [place for place in (Path(settings.HOME), Path(settings.FILES_ROOT)) if place.exists()]
