"""`heard import people`."""

from __future__ import annotations

import argparse

from heard.accounts.models import Team
from heard.bridges.csvs.columns import FIELDS
from heard.bridges.csvs.tables import ENCODINGS, SEPARATORS
from heard.bridges.services.files import take_people
from heard.bridges.services.sources import ensure_people_source
from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.lib.progress import Progress
from heard.lib.tables import WrongFile

WRONG_USE = 2
INTERRUPTED = 130
SHOWN = 20


def import_people(args: argparse.Namespace) -> int:
    """Take in the people of `args.file`; run again, it changes nothing. Code 1 when entries could not be taken."""
    teams = list(Team.objects.filter(name__in=args.team))
    if missing := sorted(set(args.team) - {team.name for team in teams}):
        return _wrong(f"there is no team {missing[0]}")
    mapping: dict[str, str] = {}
    for pair in args.column:
        heading, equals, field = pair.rpartition("=")
        if not equals or (field and field not in FIELDS):
            return _wrong(f"--column {pair}: write HEADING=FIELD with a field of: {', '.join(FIELDS)}")
        mapping[heading] = field
    form: dict[str, object] = {"days": args.days}
    for name, known in (("encoding", ENCODINGS), ("separator", tuple(SEPARATORS))):
        if value := getattr(args, name):
            if value not in known:
                return _wrong(f"--{name} is one of: {' '.join(known)}")
            form[name] = value
    progress = Progress("entries")
    try:
        source = ensure_people_source(args.source, teams=teams)
        counts = take_people(
            args.file.read_bytes(),
            name=args.file.name,
            source=source,
            mapping=mapping,
            form=form,
            is_dry=args.dry_run,
            tell=progress.update,
        )
    except OSError as problem:
        return _wrong(f"{args.file} cannot be read ({problem.strerror or type(problem).__name__})")
    except (WrongFile, Refusal) as problem:
        return _wrong(str(problem))
    except KeyboardInterrupt:
        progress.finish()
        complain("Stopped. What was taken is safe; run the same command to go on.")
        return INTERRUPTED
    progress.finish()
    for line, message, _is_whole in counts.problems[:SHOWN]:
        complain(f"line {line}: {message}" if line else message)
    if counts.refused + counts.left_out > SHOWN:
        complain(f"… and {counts.refused + counts.left_out - SHOWN:,} more")
    verb = "would be" if args.dry_run else "are"
    say(
        f"{counts.made:,} people {verb} new, {counts.changed:,} {'would change' if args.dry_run else 'changed'}, {counts.unchanged:,} were here "
        f"already, {counts.left_alone:,} erased before and left alone, {counts.refused:,} could not be taken."
        + (" Nothing was taken in." if args.dry_run else "")
    )
    return 1 if counts.refused else 0


def _wrong(message: str) -> int:
    complain(f"heard import people: {message}")
    return WRONG_USE
