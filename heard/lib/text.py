"""Text from outside, made fit to be stored."""

import re
import unicodedata
from functools import cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MAX_MARKS = 64  # on one letter; Unicode's stream-safe form (UAX #15, 13) allows 30
_DOUBLE_MARKS = "\u0344\u0f73\u0f75\u0f81"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` in a form both databases take: no NUL, no lone surrogates (each becomes U+FFFD), NFC, at most `limit` characters.

    PostgreSQL refuses NUL, both drivers refuse surrogates, and SQLite ignores a column's length. Of a longer run of combining marks the
    first `MAX_MARKS` are kept: normalising sorts them in quadratic time, and a hostile megabyte of them took minutes.
    """
    text = _UNSTORABLE.sub(REPLACEMENT, text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _without_long_runs(text))
    return text if limit is None else text[:limit]


def _without_long_runs(text: str) -> str:
    for double in _DOUBLE_MARKS:  # taken apart first, so that a run is as long as it will be
        if double in text:
            text = text.replace(double, unicodedata.normalize("NFC", double))
    if len(text) <= MAX_MARKS:
        return text
    may_be_long, runs = _long_runs_of_marks()
    return runs.sub(_first_marks, text) if may_be_long.search(text) else text


def _first_marks(run: re.Match[str]) -> str:
    return run[0][:MAX_MARKS]


@cache
def _long_runs_of_marks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A fast pattern that finds every long run, and some that are none; and the exact one."""
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.combining(chr(code)))
    rare = "".join(chr(code) for code in range(0x10100, 0x1F000) if unicodedata.combining(chr(code)))
    more = f"{{{MAX_MARKS + 1},}}"
    return re.compile(f"[{marks}\U00010100-\U0001efff]{more}"), re.compile(f"[{marks}{rare}]{more}")
