"""Passwords of mail servers, encrypted with the installation's key."""

from __future__ import annotations

from heard.lib import sealing
from heard.lib.sealing import WrongKey

__all__ = ["WrongKey", "seal", "unseal"]

PURPOSE = "mailbox password"


def seal(text: str) -> bytes:
    """`text` encrypted and signed; a different value each time."""
    return sealing.seal(text, purpose=PURPOSE)


def unseal(sealed: bytes | memoryview | None) -> str:
    """What `seal` was given; "" for None or nothing. Raises WrongKey."""
    return sealing.unseal(sealed, purpose=PURPOSE)
