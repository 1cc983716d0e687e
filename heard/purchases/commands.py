"""`heard import orders` and `heard import offerings`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from heard.accounts.models import Team
from heard.lib.console import complain, say
from heard.lib.errors import Refusal
from heard.lib.money import NotMoney, known_currency
from heard.lib.progress import Progress
from heard.lib.tables import WrongFile, text_of
from heard.purchases.services.sources import ensure_source
from heard.purchases.services.taking import Counts, take_offerings, take_orders

WRONG_USE = 2
INTERRUPTED = 130
SHOWN = 20


def import_orders(args: argparse.Namespace) -> int:
    """Take in the orders of `args.file`; run again, it changes nothing. Code 1 when rows could not be taken."""
    teams = list(Team.objects.filter(name__in=args.team))
    if missing := sorted(set(args.team) - {team.name for team in teams}):
        complain(f"heard import orders: there is no team {missing[0]}")
        return WRONG_USE
    try:
        currency = known_currency(args.currency) if args.currency else ""
        source = ensure_source(args.source, teams=teams)
    except (NotMoney, Refusal) as problem:
        complain(f"heard import orders: {problem}")
        return WRONG_USE
    return _take(args.file, "orders", lambda lines, tell: take_orders(lines, source=source, currency=currency, by=None, tell=tell))


def import_offerings(args: argparse.Namespace) -> int:
    """Take in the offerings of `args.file`; run again, it changes nothing. Code 1 when rows could not be taken."""
    return _take(args.file, "offerings", lambda lines, tell: take_offerings(lines, by=None, tell=tell))


def _take(file: Path, noun: str, take: Callable[[list[str], Callable[[int], None]], Counts]) -> int:
    progress = Progress(noun)
    try:
        counts = take(text_of(file.read_bytes()).splitlines(keepends=True), progress.update)
    except OSError as problem:
        complain(f"heard import {noun}: {file} cannot be read ({problem.strerror or type(problem).__name__})")
        return WRONG_USE
    except WrongFile as problem:
        complain(f"heard import {noun}: {problem}")
        return WRONG_USE
    except KeyboardInterrupt:
        progress.finish()
        complain("Stopped. What was taken is safe; run the same command to go on.")
        return INTERRUPTED
    progress.finish()
    for row in counts.problems[:SHOWN]:
        complain(f"line {row.line}: {row.message}" if row.line else row.message)
    if counts.refused > SHOWN:
        complain(f"… and {counts.refused - SHOWN:,} more")
    say(
        f"{counts.made:,} {noun} are new, {counts.changed:,} changed, {counts.unchanged:,} were here already, "
        f"{counts.left_alone:,} erased before and left alone, {counts.refused:,} could not be taken."
    )
    return 1 if counts.refused else 0
