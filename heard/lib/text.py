"""Text from outside, made fit to be stored."""

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, limit: int | None = None) -> str:
    """`text` in a form both databases take: no NUL, no lone surrogates (each becomes U+FFFD), NFC, at most `limit` characters.

    PostgreSQL refuses NUL, both drivers refuse surrogates, and SQLite ignores a column's length.
    """
    text = unicodedata.normalize("NFC", _UNSTORABLE.sub(REPLACEMENT, text))
    return text if limit is None else text[:limit]
