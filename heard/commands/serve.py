"""`heard serve` and `heard worker`."""

import argparse
import sqlite3

from django.conf import settings
from django.db import connection

from heard.commands.init import is_set_up, tables_are_older
from heard.lib.console import complain
from heard.lib.db import is_sqlite
from heard.lib.listening import listen
from heard.lib.sqlite_versions import is_safe_for_several_writers
from heard.supervisor import Role, Supervisor

CANNOT_START = 78  # EX_CONFIG of sysexits.h: trying again does not help


def run(args: argparse.Namespace) -> int:
    """Web pages, and background work unless `--no-worker`."""
    if refusal := _refusal(is_alone=args.no_worker):
        return _refuse(refusal)
    try:
        listener = listen(settings.HOST, settings.PORT)
    except OSError as error:
        return _refuse(f"cannot listen at {settings.HOST}, port {settings.PORT} ({error.strerror}). Choose another with --port")
    from heard import server

    roles = [Role("web", lambda: server.run(listener))]
    if not args.no_worker:
        roles.append(_worker())
    return _supervise(roles)


def run_worker(args: argparse.Namespace) -> int:
    """Background work only."""
    if refusal := _refusal(is_alone=False):
        return _refuse(refusal)
    return _supervise([_worker()])


def _worker() -> Role:
    from heard.tasks.worker import run_worker

    return Role("worker", run_worker)


def _supervise(roles: list[Role]) -> int:
    from heard.server import preload

    preload()
    connection.close()  # children make their own
    return Supervisor(roles).run()


def _refusal(*, is_alone: bool) -> str:
    """Why it cannot start; empty when it can."""
    if not is_set_up():
        return f"{settings.HOME} is not set up. Run: heard init"
    if tables_are_older():
        return f"{settings.HOME} was set up by another version. Run: heard init"
    if is_sqlite() and not is_alone and not settings.ACCEPT_OLD_SQLITE and not is_safe_for_several_writers(sqlite3.sqlite_version_info):
        return (
            f"SQLite {sqlite3.sqlite_version} can lose data when several processes write (fixed in 3.51.3, 3.50.7 and 3.44.6). "
            "Use PostgreSQL, or set HEARD_ACCEPT_OLD_SQLITE=1"
        )
    return ""


def _refuse(sentence: str) -> int:
    complain(f"heard: {sentence}")
    return CANNOT_START
