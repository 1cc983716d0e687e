"""`heard people train` and `heard people rebuild`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from django.db import OperationalError

from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.lib.progress import Progress
from heard.matching.model import Model, UnreadableModel
from heard.matching.models import MatchModel
from heard.matching.services.building import begin, build_version, frozen_version, is_built, newest_building, train_version
from heard.matching.services.catching_up import catch_up
from heard.matching.services.switching import switch_to
from heard.matching.services.versions import drop_version
from heard.matching.training.engines import check_installed

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130


def train(args: argparse.Namespace) -> int:
    """Learn weights from the records that are here, without being told who is who. 1 when there is too little to learn from."""
    say("Learning from the records that are here. This may take some minutes.")
    try:
        model = train_version(engine=args.engine, version=args.name, folder=args.folder)
        if args.file:
            args.file.write_bytes(model.dump())
            say(f"Written to {args.file}. {model.made_from}")
            say(f"To join people by it: heard people rebuild --weights {args.file}")
            return 0
        row = begin(model)
    except (Refusal, OSError) as mistake:
        complain(f"heard people train: {mistake}")
        return FAILED
    say(f"Version {row.version}. {model.made_from}")
    say("Nobody is joined or parted by it yet. To look at everybody by it: heard people rebuild")
    return 0


def rebuild(args: argparse.Namespace) -> int:
    """Find the pairs of everybody anew under a version of the weights, and let it take over. 1 when it cannot be."""
    if args.give_up:
        return _give_up()
    progress = Progress("pairs")
    try:
        check_installed(args.engine)  # before a version is begun
        row = _version(args.weights)
        if not is_built(row):
            say(f"Comparing everybody by version {row.version}. Work goes on meanwhile under the version of now.")
            pairs = build_version(row, engine=args.engine, folder=args.folder, report=progress_of(progress))
            progress.finish()
            say(f"{pairs:,} pairs may be one person.")
        if args.without_switch:
            say("The version of now stays in force. To let the new one take over: heard people rebuild")
            return 0
        catch_up(row, seconds=600)
        moved = switch_to(row)
    except KeyboardInterrupt:
        progress.finish()
        complain("Stopped. Nothing is joined by the new version. Run the same command to begin again, or with --give-up.")
        return INTERRUPTED
    except UnreadableModel as mistake:
        complain(f"heard people rebuild: {mistake}")
        return WRONG_USE
    except (Refusal, OSError, OperationalError) as mistake:
        progress.finish()
        complain(f"heard people rebuild: {mistake}")
        return FAILED
    say(f"Version {row.version} is in force. {moved:,} records belong to another person than before.")
    return 0


def progress_of(progress: Progress) -> Callable[[str, int], None]:
    """Tells of pairs; that records are read first is soon over."""

    def report(what: str, count: int) -> None:
        if what == "pairs":
            progress.update(count)

    return report


def _version(weights: str) -> MatchModel:
    """Of this file or name; else the one that was begun; else the weights of now, for today's records."""
    if weights:
        return begin(Model.load(Path(weights) if Path(weights).suffix else weights))
    return newest_building() or begin(frozen_version())


def _give_up() -> int:
    row = newest_building()
    if row is None:
        complain("heard people rebuild: no version is being built")
        return FAILED
    drop_version(row)
    say(f"Version {row.version} is given up. The version of now stays in force.")
    return 0
