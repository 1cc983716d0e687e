"""`heard bridge run`, `heard bridge dry-run` and `heard bridge status`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from heard.bridges.crm_selectors import State, list_bridges, samples_of, state_of
from heard.bridges.crm_words import problem_in_words
from heard.bridges.models import Bridge, BridgeRun, BridgeState
from heard.bridges.services.crm_running import IsBusy, run_bridge
from heard.lib.console import complain, say

WRONG_USE = 2
FAILED = 1


def run(args: argparse.Namespace) -> int:
    """Look at a CRM now, both ways. Code 1 when it did not work."""
    return _look(args, is_dry=False)


def dry_run(args: argparse.Namespace) -> int:
    """Say what a look would do; nothing is changed on either side. Code 1 when it did not work."""
    return _look(args, is_dry=True)


def status(args: argparse.Namespace) -> int:
    """How each bridge is, or the one that is named. Code 1 when one is in trouble."""
    if args.name:
        bridge = _bridge(args.name)
        if bridge is None:
            return WRONG_USE
        states = [state_of(bridge)]
    else:
        states = list_bridges()
    if args.json:
        say(json.dumps([_plain(state) for state in states], indent=2))
    elif not states:
        say("There is no bridge yet. Add one under Operate, Bridges.")
    else:
        for state in states:
            say(_line(state))
    return FAILED if any(state.is_late and state.bridge.is_running for state in states) else 0


def _look(args: argparse.Namespace, *, is_dry: bool) -> int:
    bridge = _bridge(args.name)
    if bridge is None:
        return WRONG_USE
    if not is_dry and bridge.state == BridgeState.NEW:
        complain(f"heard bridge run: {bridge.slug} was never started. Look first what it would do (heard bridge dry-run), then start it.")
        return WRONG_USE
    try:
        done = run_bridge(bridge, is_dry=is_dry)
    except IsBusy:
        complain(f"{bridge.name}: another look is under way.")
        return FAILED
    _tell(done, is_dry=is_dry)
    return FAILED if done.problem and done.problem != "cut_short" else 0


def _tell(run: BridgeRun, *, is_dry: bool) -> None:
    if is_dry:
        for one in samples_of(run):
            say(" · ".join(filter(None, (one["number"], one["way"], one["field"], one["theirs"], one["ours"]))))
    for number, sentence in run.problems:
        complain(f"{number}: {sentence}")
    would = "would be " if is_dry else ""
    say(
        f"{run.read:,} read: {run.made:,} {would}new, {run.changed:,} {would}changed, {run.unchanged:,} known as they are, "
        f"{run.left_alone:,} erased before and left alone, {run.refused:,} could not be taken, {run.gone:,} gone there. "
        f"{run.sent:,} {would}told, {run.asked:,} {would}asked about."
    )
    if is_dry:
        say("Nothing was changed on either side.")
    if run.problem:
        complain(problem_in_words(run.problem))


def _bridge(name: str) -> Bridge | None:
    bridge = Bridge.objects.filter(slug=name).first()
    if bridge is None:
        known = ", ".join(Bridge.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        complain(f"heard bridge: there is no bridge {name}; there are: {known}")
    return bridge


def _line(state: State) -> str:
    bridge = state.bridge
    how = problem_in_words(bridge.problem) if bridge.problem and bridge.is_running else bridge.get_state_display()
    last = f", last look {bridge.last_at:%Y-%m-%d %H:%M} UTC" if bridge.last_at else ""
    return (
        f"{bridge.slug}: {how} · {state.records:,} people, {state.waiting:,} to be told, {state.refused:,} refused, "
        f"{state.to_forget:,} to be forgotten there, {state.in_doubt:,} in doubt{last}"
    )


def _plain(state: State) -> dict[str, Any]:
    bridge = state.bridge
    return {
        "name": bridge.slug, "state": bridge.state, "problem": bridge.problem, "people": state.records, "to_be_told": state.waiting,
        "refused": state.refused, "to_be_forgotten": state.to_forget, "in_doubt": state.in_doubt,
        "last_at": bridge.last_at.isoformat() if bridge.last_at else None,
    }  # fmt: skip
