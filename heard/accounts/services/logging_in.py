"""Slowing down those who guess passwords: failures are counted per address and per place of origin."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from heard.accounts.models import LogInAttempt
from heard.lib.keys import key
from heard.lib.time import now

WINDOW = timedelta(minutes=15)
FAILURES_PER_ADDRESS = 8
FAILURES_PER_ORIGIN = 40


def may_try(address: str, origin: str) -> bool:
    """Whether one more attempt is allowed: under 8 failures for the address and 40 from the origin within 15 minutes. One query."""
    since = now() - WINDOW
    keys = list(LogInAttempt.objects.filter(key__in=_keys(address, origin), at__gt=since).values_list("key", flat=True))
    of_address, of_origin = _keys(address, origin)
    return keys.count(of_address) < FAILURES_PER_ADDRESS and keys.count(of_origin) < FAILURES_PER_ORIGIN


def note_failure(address: str, origin: str) -> None:
    """Count a failed attempt; forget those older than a day."""
    moment = now()
    LogInAttempt.objects.filter(at__lt=moment - timedelta(days=1)).delete()
    LogInAttempt.objects.bulk_create([LogInAttempt(key=each, at=moment) for each in _keys(address, origin)])


def forget_failures(address: str, origin: str) -> None:
    """A right password clears the address; the origin keeps its count, or one good account would let it try for ever."""
    LogInAttempt.objects.filter(key=_keys(address, origin)[0]).delete()


def _keys(address: str, origin: str) -> tuple[str, str]:
    return _hash("address", address.strip().lower()), _hash("origin", origin)


def _hash(kind: str, value: str) -> str:
    return hmac.digest(key("secret"), f"log-in {kind} {value}".encode(), hashlib.sha256).hex()
