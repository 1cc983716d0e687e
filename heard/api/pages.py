"""Lists in pages: `after` says where the next one goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from ninja import Query

from heard.api.problems import Problem

Limit = Annotated[int, Query(ge=1, le=200)]
LONGEST = 19


def mark(at: datetime, number: int) -> str:
    """The place behind a row: its moment and id."""
    return f"{at.isoformat()}~{number}"


def place(after: str) -> tuple[datetime, int] | None:
    """What `mark` wrote; None for "". Raises Problem for anything else."""
    if not after:
        return None
    at, _tilde, number = after.replace(" ", "+").partition("~")
    try:
        moment = parse_datetime(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not number.isdigit() or len(number) > LONGEST:
        raise Problem(422, _("“after” is what an earlier answer gave as “next”."))
    return moment, int(number)


def number_of(text: str) -> int:
    """An id out of a path or a body; 0, which nothing has, for what is no id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else 0
