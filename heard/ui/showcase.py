"""What the components page shows: one object in each state, at moments around now."""

from datetime import timedelta
from typing import Any

from heard.lib.time import now


def examples() -> dict[str, Any]:
    moment = now()
    return {"moment": moment, "hours_ago": moment - timedelta(hours=1, minutes=44)}
