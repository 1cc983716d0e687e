"""Secrets of other systems at rest: encrypted with the installation's key `field`, which is never in the database."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from heard.lib import keys

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class WrongKey(Exception):
    """A sealed secret cannot be opened with this installation's key: the key was lost or the database came from elsewhere."""


def seal(text: str, *, purpose: str) -> bytes:
    """`text` encrypted and signed; a different value each time. What is sealed for one `purpose` opens for no other."""
    return _box(keys.key("field"), purpose).encrypt(text.encode())


def unseal(sealed: bytes | memoryview | None, *, purpose: str) -> str:
    """What `seal` was given for this purpose; "" for None or nothing. Raises WrongKey."""
    if not sealed:
        return ""
    from cryptography.fernet import InvalidToken

    try:
        return _box(keys.key("field"), purpose).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise WrongKey from None


@lru_cache(maxsize=8)
def _box(key: bytes, purpose: str) -> Fernet:
    from cryptography.fernet import Fernet  # 4 MB that only installations with such a secret need

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(purpose.encode() + key).digest()))
