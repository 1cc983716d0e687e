"""What an event may carry: ids, choices, numbers, times. There is no field for free text, so nothing personal gets in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from django.utils.timezone import is_aware

Field = Callable[[object], object]
_WORD = re.compile(r"[a-z0-9][a-z0-9_.:/-]{0,63}")


def ID(value: object) -> object:
    """The id of a row, or None."""
    return None if value is None else NUMBER(value)


def IDS(value: object) -> object:
    """The ids of several rows."""
    if not isinstance(value, list | tuple | set | frozenset):
        raise ValueError("a list of ids")
    return sorted(NUMBER(one) for one in value) if isinstance(value, set | frozenset) else [NUMBER(one) for one in value]


def NUMBER(value: object) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number")
    return int(value)


def FLAG(value: object) -> object:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("True or False")
    return value


def MOMENT(value: object) -> object:
    """A moment, kept in UTC; or None."""
    if value is None:
        return None
    if not isinstance(value, datetime) or not is_aware(value):
        raise ValueError("an aware datetime")
    return value.astimezone(UTC).isoformat()


def WORD(value: object) -> object:
    """A word of a vocabulary that our code owns and that may grow (a rule's name, a cause): lower case, no spaces, no `@`; or None."""
    if value is None:
        return None
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ValueError("a short word in lower case")
    return str(value)


def ONE_OF(*choices: str) -> Field:
    """One of these words, or None."""

    def check(value: object) -> object:
        if value is not None and value not in choices:
            raise ValueError(" or ".join(choices))
        return None if value is None else str(value)

    return check
