"""`heard demo`: make the company once, say where it is and how to come in."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from heard.accounts.models import User
from heard.demo import place
from heard.demo.company import NAME, PASSWORD, STAFF
from heard.demo.generate import generate
from heard.demo.loading import load
from heard.lib import keys
from heard.lib.console import complain, say
from heard.lib.progress import Progress
from heard.lib.time import now

SHOWN = {
    "alice": "answers customers",
    "dora": "leads",
    "lucia": "answers in Spanish",
    "omar": "keeps the installation",
    "wen": "runs the site",
    "charlie": "only reads",
}
WHOLE = {"people": 2200, "interactions": 20_600}
SMALL = {"people": 220, "interactions": 1500}
ACTS_PER_INTERACTION = 1.66
CANNOT = 1


def run(args: argparse.Namespace) -> int:
    """Make the demo company if it is not there yet. A second run is quick; an interrupted one begins again.

    `args.set_up` brings tables and static files up to date.
    """
    Path(settings.HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    place.write_settings()
    keys.make_missing()
    args.set_up()
    if not place.is_demo():
        if place.is_half_loaded():
            _clear()
        elif User.objects.exists():
            complain(f"heard demo: {settings.HOME} holds a company already. Choose an empty folder with --home DIR.")
            return CANNOT
        _make(is_small=getattr(args, "small", False))
    _say_how_to_come_in()
    return 0


def _make(*, is_small: bool) -> None:
    place.begin()
    size = SMALL if is_small else WHOLE
    company = generate(people=size["people"], interactions=size["interactions"], now=now())
    progress = Progress("acts", total=int(size["interactions"] * ACTS_PER_INTERACTION))
    say(f"Writing a year of {NAME}: this takes about a minute, once.")
    loaded = load(company, tell=progress.update)
    progress.finish()
    place.finish(asdict(loaded))


def _clear() -> None:
    """What an interrupted run left."""
    from heard.events.consumers import ensure_consumers

    call_command("flush", interactive=False, verbosity=0)
    ensure_consumers()
    for folder in ("files", "outbox"):
        shutil.rmtree(Path(settings.HOME) / folder, ignore_errors=True)


def _say_how_to_come_in() -> None:
    loaded = place.facts()
    say(
        f"{NAME} is ready: {loaded['customers']:,} customers, {loaded['conversations']:,} conversations, "
        f"{loaded['interactions']:,} letters, replies and notes."
    )
    say(f"  open      {settings.URL}/demo/    and choose whose day to see")
    for key, does in SHOWN.items():
        colleague = next(each for each in STAFF if each.key == key)
        say(f"  log in    {colleague.email:<30} {colleague.name}, who {does}")
    say(f"  password  {PASSWORD}")
    say(f"  post      {settings.URL}/demo/mail/ shows what customers would receive; answer there as they would.")
    say("Nothing leaves this machine.")
