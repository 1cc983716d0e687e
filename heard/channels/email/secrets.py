"""Passwords of mail servers, encrypted with the installation's key `field`, which is never in the database."""

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


def seal(text: str) -> bytes:
    """`text` encrypted and signed; a different value each time."""
    return _box(keys.key("field")).encrypt(text.encode())


def unseal(sealed: bytes | memoryview | None) -> str:
    """What `seal` was given; "" for None or nothing. Raises WrongKey."""
    if not sealed:
        return ""
    from cryptography.fernet import InvalidToken

    try:
        return _box(keys.key("field")).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise WrongKey from None


@lru_cache(maxsize=2)
def _box(key: bytes) -> Fernet:
    from cryptography.fernet import Fernet  # 4 MB that only mailboxes with a password need

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mailbox password" + key).digest()))
