"""The ledger, the quarantine, and what is in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet, Sum

from heard.channels.email.models import Mailbox
from heard.inbound.models import Inbound, LedgerDay, State
from heard.lib.time import now


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One mailbox on one day: counted when it came (`received`), and what is there now by state. A difference is an alarm."""

    mailbox: Mailbox
    day: date
    received: int
    filed: int = 0
    discarded: int = 0
    quarantined: int = 0
    erased: int = 0
    in_hand: int = 0

    @property
    def difference(self) -> int:
        """Received minus everything that is accounted for; 0 when the ledger balances."""
        return self.received - (self.filed + self.discarded + self.quarantined + self.erased + self.in_hand)


def ledger(*, days: int = 30) -> list[LedgerLine]:
    """The lines of the last `days` days, newest first; two queries."""
    since = now().date() - timedelta(days=days - 1)
    counts: dict[tuple[int, date], dict[str, int]] = {}
    rows = Inbound.objects.filter(day__gte=since).order_by().values_list("mailbox_id", "day", "state").annotate(n=Count("pk"))
    for mailbox_id, day, state, number in rows:
        counts.setdefault((mailbox_id, day), {})[state] = number
    lines = LedgerDay.objects.filter(day__gte=since).select_related("mailbox").order_by("-day", "mailbox__name")
    return [_line(line, counts.get((line.mailbox_id, line.day), {})) for line in lines]


def ledger_totals(mailbox: Mailbox | None = None) -> dict[str, int]:
    """Counts by state over all time, and `difference` to what was counted on arrival. Two queries."""
    inbounds, days = Inbound.objects.all(), LedgerDay.objects.all()
    if mailbox is not None:
        inbounds, days = inbounds.filter(mailbox=mailbox), days.filter(mailbox=mailbox)
    found = dict(inbounds.order_by().values_list("state").annotate(n=Count("pk")))
    totals = {state: found.get(state, 0) for state in State.values}
    return totals | {"difference": (days.aggregate(n=Sum("received"))["n"] or 0) - sum(totals.values())}


def quarantine_by_cause() -> list[tuple[str, int]]:
    """How many originals lie in quarantine for each cause, most first. One query."""
    rows = Inbound.objects.filter(state=State.QUARANTINED).order_by().values_list("cause").annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def quarantined() -> QuerySet[Inbound]:
    """Everything in quarantine, newest first, with its mailbox."""
    return Inbound.objects.filter(state=State.QUARANTINED).select_related("mailbox", "blob").order_by("-pk")


def _line(line: LedgerDay, states: dict[str, int]) -> LedgerLine:
    return LedgerLine(
        line.mailbox, line.day, line.received, filed=states.get(State.FILED, 0), discarded=states.get(State.DISCARDED, 0),
        quarantined=states.get(State.QUARANTINED, 0), erased=states.get(State.ERASED, 0), in_hand=states.get(State.RECEIVED, 0),
    )  # fmt: skip
