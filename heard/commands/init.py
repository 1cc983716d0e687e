"""`heard init`: keys, tables, style sheets, consumers; and the first team and administrator when asked."""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from heard.lib import env, keys
from heard.lib.console import say

MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def run(args: argparse.Namespace) -> int:
    """Do what is not done yet; a second run does nothing and is quick."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = [f"made the key {name}" for name in keys.make_missing()]
    done += set_up()
    if args.admin:
        done += _first_administrator(args)
    for line in done:
        say(line)
    say(f"Ready: {home}" if done else f"Nothing to do: {home} is up to date.")
    return 0


def set_up() -> list[str]:
    """Bring tables and static files up to date; what was done, as sentences. Quick when nothing changed since the last time."""
    before, wanted = _stamp(), current_stamp()
    done = []
    if before.get("tables") != wanted["tables"] or before.get("applied") != _last_migration():
        call_command("migrate", interactive=False, verbosity=0)
        from heard.events.consumers import ensure_consumers

        ensure_consumers()
        done.append("brought the tables up to date")
    if before.get("static") != wanted["static"] and not settings.DEBUG:
        _collect_static()
        done.append("collected style sheets and scripts")
    if done:
        _write_stamp({**wanted, "applied": _last_migration()})
    return done


def tables_are_older() -> bool:
    """Whether this home was set up by another version of the program. False for a home that was never set up here."""
    stamp = _stamp()
    return bool(stamp) and stamp.get("tables") != current_stamp()["tables"]


def is_set_up() -> bool:
    """Whether the database has its tables."""
    try:
        return "tasks" in connection.introspection.table_names()
    except DatabaseError:
        return False


def current_stamp() -> dict[str, object]:
    """What this version of the program would set up: migrations and static files, as hashes."""
    folders = [Path(__file__).parents[1]]
    migrations = sorted(path for folder in folders for path in folder.rglob("migrations/0*.py"))
    static = sorted(path for folder in folders for path in folder.glob("**/static/**/*") if path.is_file())
    import django

    return {
        "tables": _digest([django.__version__, *(f"{path}:{path.stat().st_size}" for path in migrations)]),
        "static": _digest([str(settings.STATIC_ROOT), *(f"{path}:{path.stat().st_mtime_ns}" for path in static)]),
    }


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _place() -> Path:
    return Path(settings.HOME) / "run" / "init.json"


def _stamp() -> dict[str, object]:
    try:
        stamp = json.loads(_place().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(stamp: dict[str, object]) -> None:
    _place().parent.mkdir(parents=True, exist_ok=True)
    draft = _place().with_suffix(".new")
    draft.write_text(json.dumps(stamp), encoding="utf-8")
    draft.replace(_place())


def _last_migration() -> int | None:
    """The newest row of Django's own record; None when there is none, as in a database that was removed or never made."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT MAX(id) FROM django_migrations")
            return cursor.fetchone()[0]
    except DatabaseError:
        return None


def _collect_static() -> None:
    # The settings choose plain names until a manifest exists; here it comes into being. Old hashed files stay for pages that are open.
    settings.STORAGES["staticfiles"]["BACKEND"] = MANIFEST_STORAGE
    call_command("collectstatic", interactive=False, verbosity=0)


def _first_administrator(args: argparse.Namespace) -> list[str]:
    from heard.commands.users import add_user

    password = env.secret("HEARD_ADMIN_PASSWORD")
    made, shown = add_user(args.admin, name=args.name or "", role="admin", teams=[args.team or "Support"], password=password)
    if made is None:
        return []
    say(f"{args.admin} is administrator." + (f" Password: {shown}" if shown else ""))
    return ["made the administrator's account"]
