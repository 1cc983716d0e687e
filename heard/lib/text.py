"""Text from outside, made fit to be stored."""

import re
import unicodedata
from functools import cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MAX_MARKS = 64  # on one letter; Unicode's stream-safe form (UAX #15, 13) allows 30
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` in a form both databases take: no NUL, no lone surrogates (each becomes U+FFFD), NFC, at most `limit` characters.

    PostgreSQL refuses NUL, both drivers refuse surrogates, and SQLite ignores a column's length. Of a longer run of combining marks the
    first `MAX_MARKS` are kept: normalising sorts them in quadratic time, and a hostile megabyte of them took minutes.
    """
    text = _UNSTORABLE.sub(REPLACEMENT, text)
    if not text.isascii():
        runs = _long_runs_of_marks()
        text = runs.sub(_first_marks, unicodedata.normalize("NFC", runs.sub(_first_marks, text)))
    return text if limit is None else text[:limit]


def _first_marks(run: re.Match[str]) -> str:
    return run[0][:MAX_MARKS]


@cache
def _long_runs_of_marks() -> re.Pattern[str]:
    marks = [chr(code) for code in (*range(0x300, 0x10000), *range(0x10100, 0x1F000)) if unicodedata.combining(chr(code))]
    return re.compile(f"[{''.join(marks)}]{{{MAX_MARKS + 1},}}")
