"""Offerings, a year of orders, and how much each role may give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from heard.accounts.models import Role
from heard.demo.company import Company
from heard.demo.loading.setting import Setting
from heard.demo.shop import offerings, orders
from heard.gestures.services.authority import set_authority
from heard.lib.time import frozen_at
from heard.purchases.services.offerings import record_offerings
from heard.purchases.services.recording import record_orders
from heard.purchases.services.sources import ensure_source
from heard.timeline.models import InteractionParty

AT_ONCE = 200
AUTHORITIES = {Role.AGENT: 15_000, Role.LEAD: 60_000, Role.ADMIN: 20_000}


def load_purchases(company: Company, setting: Setting) -> int:
    """What is sold and was sold, by the services that an import uses; answers the number of orders."""
    omar, dora = setting.users["omar"], setting.users["dora"]
    with frozen_at(company.now - timedelta(days=368)):
        record_offerings(offerings(), by=omar)
        source = ensure_source("shop", by=omar)
        for role, amount in AUTHORITIES.items():
            set_authority(role, amount=amount, currency="EUR", by=dora)
    said = orders(company, _letters())
    for start in range(0, len(said), AT_ONCE):
        some = said[start : start + AT_ONCE]
        with frozen_at(min(some[-1].placed_at + timedelta(days=14), company.now)):
            record_orders(source, some, by=None)
    return len(said)


def _letters() -> Iterator[tuple[str, str]]:
    """Who wrote what, oldest first: address and words of every mail that came in and speaks of an order."""
    rows = InteractionParty.objects.filter(role="from", interaction__direction="in", interaction__channel="email")
    rows = rows.filter(interaction__text__regex=r"\d{5}", identity__identifiers__kind="email").order_by("interaction__happened_at", "pk")
    yield from rows.values_list("identity__identifiers__value", "interaction__text").iterator()
