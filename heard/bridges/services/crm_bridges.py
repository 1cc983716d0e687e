"""Setting up a bridge to a CRM, changing it, starting and stopping it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.accounts.services.audiences import audience_of
from heard.bridges.crm.mapping import OWN, Profile, profile_from, profile_of
from heard.bridges.models import Bridge, BridgeState, Direction
from heard.bridges.outgoing import Trouble, place_of
from heard.bridges.services.crm_running import PURPOSE
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.sealing import seal
from heard.lib.text import storable
from heard.lib.time import now

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
FEWEST_MINUTES, MOST_MINUTES = 1, 24 * 60


def add_bridge(values: Mapping[str, Any], *, teams: Iterable[Team], by: User) -> Bridge:
    """Make a bridge; it does nothing until it is started. `values` are its columns by name, and the secret in clear as `secret`. Raises Refusal."""
    bridge = Bridge(created_at=now(), slug=str(values.get("slug", "")))
    if not _SLUG.fullmatch(bridge.slug):
        raise Refusal(_("The short name is of small letters, digits and hyphens."))
    try:
        with transaction.atomic():
            _write(bridge, values, teams, by)
            record_event("bridge.added", bridge, actor=by, profile=bridge.profile)
    except IntegrityError:
        raise Refusal(_("There is a bridge of that short name already.")) from None
    return bridge


@transaction.atomic
def change_bridge(bridge: Bridge, values: Mapping[str, Any], *, teams: Iterable[Team], by: User) -> Bridge:
    """Change a bridge; an empty secret keeps the one we have. Other directions or another mapping: everything is compared anew. Raises Refusal."""
    bridge = lock(bridge)
    before = _ways(bridge)
    _write(bridge, values, teams, by)
    if _ways(bridge) != before:
        bridge.read_until, bridge.is_read_whole = None, False
    bridge.problem, bridge.problem_at, bridge.failures = "", None, 0
    if bridge.is_running:
        bridge.next_at = now()
    bridge.save()
    record_event("bridge.changed", bridge, actor=by, state=bridge.state)
    return bridge


@transaction.atomic
def start_bridge(bridge: Bridge, *, by: User) -> Bridge:
    """Let it run from now on, every so many minutes."""
    return _turn(bridge, BridgeState.RUNNING, by)


@transaction.atomic
def stop_bridge(bridge: Bridge, *, by: User) -> Bridge:
    """Let it rest: nothing is read or told. What waits to be told waits on."""
    return _turn(bridge, BridgeState.STOPPED, by)


def profile_used(bridge: Bridge) -> Profile:
    """The mapping a bridge uses. Raises WrongProfile."""
    return profile_of(bridge.profile, bridge.mapping)


def _turn(bridge: Bridge, state: BridgeState, by: User) -> Bridge:
    bridge = lock(bridge)
    if bridge.state == state:
        return bridge
    bridge.state, bridge.next_at, bridge.failures = state, now() if state == BridgeState.RUNNING else None, 0
    bridge.save(update_fields=["state", "next_at", "failures"])
    record_event("bridge.changed", bridge, actor=by, state=bridge.state)
    return bridge


def _ways(bridge: Bridge) -> tuple[Any, ...]:
    return (bridge.profile, bridge.mapping, sorted(bridge.directions.items()), bridge.address)


def _write(bridge: Bridge, values: Mapping[str, Any], teams: Iterable[Team], by: User) -> None:
    readers = list(teams)
    if not readers:
        raise Refusal(_("At least one team reads what comes over a bridge."))
    try:
        place_of(values["address"])
    except Trouble:
        raise Refusal(_("The address begins with https:// or http://, and holds no password.")) from None
    bridge.mapping = values.get("mapping") if values["profile"] == OWN else None
    if values["profile"] == OWN:
        profile = profile_from(bridge.mapping)
    else:
        profile = profile_of(values["profile"], None)
    bridge.name, bridge.profile, bridge.address = storable(values["name"].strip(), 80), values["profile"], values["address"]
    bridge.username = storable(values.get("username", "").strip(), 200)
    if values.get("secret"):
        bridge.secret_sealed = seal(values["secret"], purpose=PURPOSE)
    bridge.directions = _directions(profile, values.get("directions") or {})
    bridge.when_gone = values.get("when_gone") or bridge.when_gone
    bridge.minutes = min(max(int(values.get("minutes") or bridge.minutes), FEWEST_MINUTES), MOST_MINUTES)
    makes = bool(values.get("makes_contacts"))
    if makes and (not bridge.makes_contacts or bridge.contacts_by_id is None):
        bridge.contacts_by = by
    bridge.makes_contacts = makes
    bridge.audience = audience_of(readers)
    bridge.save()


def _directions(profile: Profile, wanted: Mapping[str, str]) -> dict[str, str]:
    """Those that differ from the mapping's own. Raises Refusal."""
    ways = {one.field: one.direction for one in profile.fields}
    for name, way in wanted.items():
        if name not in ways or way not in Direction.values:
            raise Refusal(_("The mapping has no field “%(name)s” that goes that way.") % {"name": name})
    return {name: way for name, way in wanted.items() if ways[name] != way}
