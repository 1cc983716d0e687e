"""Which policy and calendar count now."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from heard.lib.calendars import BusinessCalendar
from heard.promises.models import Policy


def policy_for(team_id: int) -> Policy:
    """The team's own current policy, or everybody's. One query. Raises ImproperlyConfigured before `heard init`."""
    policies = {policy.team_id: policy for policy in Policy.objects.filter(is_current=True, team__in=[team_id]).select_related("calendar")}
    if team_id in policies:
        return policies[team_id]
    everybodys = Policy.objects.filter(is_current=True, team=None).select_related("calendar").first()
    if everybodys is None:
        raise ImproperlyConfigured("There is no policy for replies. Run `heard init`.")
    return everybodys


def calendar_of(policy: Policy) -> BusinessCalendar:
    """The business calendar of a policy, built once per version."""
    return _built(policy.calendar_id, _frozen(policy.calendar.definition))


@lru_cache(maxsize=64)
def _built(calendar_id: int, definition: str) -> BusinessCalendar:

    return BusinessCalendar.from_json(json.loads(definition))


def _frozen(definition: dict[str, Any]) -> str:

    return json.dumps(definition, sort_keys=True)
