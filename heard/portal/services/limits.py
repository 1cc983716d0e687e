"""How often something may happen on customers' pages: counted per subject and per network, as keyed hashes, for a day.

Reads are not counted: a GET writes nothing, and nobody guesses 144 bits.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heard.conversations.customer_links import derived
from heard.lib.time import now
from heard.portal.models import Attempt

KEPT = timedelta(days=1)
TOO_OFTEN = _("That was very often in a short time. Wait an hour, or write to us by e-mail.")
TOO_MANY_WORDS = _("That was very much in a short time. Wait an hour, or write to us by e-mail. Your words are still here.")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `of_one` within `window` for one subject, and `of_network` for one network."""

    name: str
    of_one: int
    of_network: int
    window: timedelta


WORDS = Limit("words", 40, 200, timedelta(hours=1))
CODES = Limit("codes", 4, 40, timedelta(hours=1))
CODES_A_DAY = Limit("codes a day", 10, 200, timedelta(days=1))
GUESSES = Limit("guesses", 10, 60, timedelta(days=1))
"""Of an address, whatever the number of codes that were sent to it: ten guesses of 100 million a day."""


def may(limit: Limit, subject: object, network: str) -> bool:
    """Count one more, and say whether it is within the limit. One that is refused is not counted. Two statements."""
    with transaction.atomic():
        if not is_within(limit, subject, network):
            return False
        count(limit, subject, network)
    return True


def is_within(limit: Limit, subject: object, network: str) -> bool:
    """Whether one more may happen. One query."""
    keys = _keys(limit, subject, network)
    seen = list(Attempt.objects.filter(key__in=keys, at__gt=now() - limit.window).values_list("key", flat=True))
    return seen.count(keys[0]) < limit.of_one and seen.count(keys[1]) < limit.of_network


def count(limit: Limit, subject: object, network: str) -> None:
    """Count one."""
    Attempt.objects.bulk_create([Attempt(key=key, at=now()) for key in _keys(limit, subject, network)])


def forget_old() -> int:
    """Remove what no window counts any more. Answers how many rows."""
    return Attempt.objects.filter(at__lt=now() - KEPT).delete()[0]


def network_key(address: str) -> str:
    """The network one household has: an IPv4 address, the first 64 bits of an IPv6 address. Other texts stay as they are."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _keys(limit: Limit, subject: object, network: str) -> tuple[str, str]:
    return _key(f"{limit.name} of {subject}"), _key(f"{limit.name} from {network_key(network)}")


def _key(what: str) -> str:
    return derived(b"limits", what.encode("utf-8", "replace")).hex()
