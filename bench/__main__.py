"""`make bench`: measure all acts, or some, and show and keep what was seen."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec

from bench import page
from bench.figures import RESULTS, Figure, keep, table
from bench.grounds import DATABASES, FOLDER, Grounds, grounds, server_version
from bench.processes import machine

ACTS = ("inbound", "importing", "screens", "person", "portal", "telling", "loop", "starting", "streams", "matching", "rebuild")


def main() -> int:
    """Run what was asked for. Code 1 when a target was missed."""
    args = _arguments()
    figures: list[Figure] = []
    for database in DATABASES if args.database == "both" else (args.database,):
        with grounds(database) as place:
            run = machine() | {"date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
            if place.url:
                run["postgresql"] = server_version(place.url)
            for act in args.act or ACTS:
                begun = time.monotonic()
                print(f"{act} on {database} …", file=sys.stderr, flush=True)
                seen = _measure(act, place, args)
                print(f"{table(seen)}\n({time.monotonic() - begun:.0f} s)\n", flush=True)
                if not args.small:
                    keep(seen, run)
                figures += seen
    if not args.small:
        page.write()
        print(f"Written to {RESULTS} and {page.PAGE}")
    return 1 if any(figure.is_met is False for figure in figures) else 0


def _measure(act: str, place: Grounds, args: argparse.Namespace) -> list[Figure]:
    module = import_module(f"bench.{act}")
    if act == "screens":
        return module.run(place, small=args.small, keep=args.keep)
    if act == "streams":  # it starts its own installation, and its figures are rows
        rows = module.rows_of(place.database, module.run(place.database))
        return [Figure(act, place.database, row["act"], row["value"], row["unit"], row["must"]) for row in rows]
    return module.run(place, small=args.small)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="The measured acts of Heard.")
    present = [act for act in ACTS if find_spec(f"bench.{act}")]
    parser.add_argument("--act", action="append", choices=present, help="only this act; may be given again")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    parser.add_argument("--small", action="store_true", help="a tenth of everything or less: to see that it works; nothing is kept")
    parser.add_argument("--keep", action="store_true", help=f"leave the seeded databases in {FOLDER} for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
