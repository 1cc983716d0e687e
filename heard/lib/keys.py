"""The secret keys of an installation: 32 random bytes each, in files that only the owner may read.

A key is given by the environment (`HEARD_SEAL_KEY` or `HEARD_SEAL_KEY_FILE`) or lies in `HOME/keys/seal`. A key that exists nowhere is made
on first use. They are never in the database, so a copy of the database alone can neither be forged nor read.
"""

import os
import secrets
from functools import cache
from pathlib import Path

from heard.lib import env

NAMES = {
    "secret": "Django's signatures: sessions, log-in links",
    "seal": "the HMAC over sealed events",
    "tombstone": "the one-way marks that keep the erased from coming back",
    "mail": "the tokens in our own Message-IDs and plus addresses",
    "field": "the encryption of mailbox passwords",
}
_given: dict[str, str] = {}
_home: list[Path] = []


def configure(home: Path) -> None:
    """Read the keys that the environment gives and remember the folder for the others. Called once by the settings."""
    _home[:] = [home]
    for name in NAMES:
        _given[name] = env.secret(f"HEARD_{name.upper()}_KEY")
    key.cache_clear()


def place(name: str) -> Path:
    """The file that holds the key `name` when the environment does not give it."""
    return _home[0] / "keys" / name


def is_given(name: str) -> bool:
    """Whether the environment holds the key, so that no file is used."""
    return bool(_given[name])


@cache
def key(name: str) -> bytes:
    """The key `name`, one of NAMES; made and written first when there is none."""
    if name not in NAMES:
        raise KeyError(name)
    if _given[name]:
        return _given[name].encode()
    if not place(name).exists():
        _make(place(name))
    return place(name).read_text(encoding="ascii").strip().encode()


def make_missing() -> list[str]:
    """Make every key that neither the environment nor a file holds; return their names."""
    missing = [name for name in NAMES if not _given[name] and not place(name).exists()]
    for name in missing:
        _make(place(name))
    return missing


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # two threads may make it at once
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, this never replaces a key that another process made meanwhile
    except FileExistsError:
        pass
    finally:
        draft.unlink()
