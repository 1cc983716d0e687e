"""`heard doctor`: every check that an app declares, in words."""

import argparse

from django.db import DatabaseError
from django.utils.module_loading import autodiscover_modules

from heard.events.seals import Anchor, head, verify_seals
from heard.lib.checks import REGISTERED, Finding, problem
from heard.lib.console import complain, say
from heard.tasks.execution import what_failed

MARKS = {"note": "note", "warning": "look", "problem": "WRONG"}


def run(args: argparse.Namespace) -> int:
    """Run the checks. 1 when one of them found a problem."""
    if args.anchor:
        return _print_anchor()
    try:
        anchors = [_anchor(text) for text in args.against]
    except ValueError:
        complain("heard doctor: an anchor is what `heard doctor --anchor` printed, as in 12:3456:9f86d0…")
        return 2
    import_module_checks()
    is_well = sum(not _run_one(name) for name in sorted(REGISTERED)) == 0
    if anchors:
        is_well = _compare(anchors) and is_well
    return 0 if is_well else 1


def import_module_checks() -> None:
    """Import every app's `checks.py`, and the checks of the ground they stand on."""
    from heard.commands import checks  # noqa: F401 — registers

    autodiscover_modules("checks")


def _run_one(name: str) -> bool:
    try:
        findings = REGISTERED[name]()
    except (DatabaseError, OSError) as error:
        findings = [problem(f"could not be checked ({what_failed(error)})")]
    if not findings:
        say(f"ok     {name}")
    for finding in findings:
        say(f"{MARKS[finding.level]:<6} {name}: {finding.text}")
    return not any(finding.level == "problem" for finding in findings)


def _print_anchor() -> int:
    newest = head()
    if newest is None:
        complain("heard doctor: nothing is sealed yet")
        return 1
    say(f"{newest.number}:{newest.last_position}:{newest.digest}")
    return 0


def _anchor(text: str) -> Anchor:
    number, last_position, digest = text.split(":")
    return Anchor(int(number), int(last_position), digest)


def _compare(anchors: list[Anchor]) -> bool:
    differing = [place for what, place in verify_seals(anchors).problems if what == "anchor_differs"]
    for number in differing:
        finding: Finding = problem(f"block {number} is not the one this anchor was taken from: the log was changed before it")
        say(f"{MARKS[finding.level]:<6} anchor: {finding.text}")
    if not differing:
        say("ok     anchors")
    return not differing
