"""A file of orders or offerings: looked at without changing anything, then taken in batch by batch; what was taken is not taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.files import store
from heard.lib.batches import batched
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.tables import Problem, text_of
from heard.lib.text import storable
from heard.lib.time import now
from heard.purchases.models import Offering, Order, OrderSource, Taking, TakingState
from heard.purchases.offering_files import offerings_in
from heard.purchases.order_files import orders_in
from heard.purchases.said import OrderSaid, WrongOrder
from heard.purchases.services import recording
from heard.purchases.services.offerings import OfferingSaid, record_offerings

AT_ONCE = 100
MOST_PROBLEMS = 200
KEPT_FOR = timedelta(days=1)
Said = TypeVar("Said", OrderSaid, OfferingSaid)


class NotAFile(Refusal):
    """The file cannot be taken; the message says why."""


@dataclass(slots=True)
class Counts:
    """What came of a file, or would come of it: orders or offerings, and rows that could not be taken."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: int = 0
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0

    def refuse(self, problem: Problem) -> None:
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def look_at_orders(raw: bytes, *, name: str, source: OrderSource, currency: str, by: User) -> Taking:
    """Keep a file and say what it would do. Changes no order. Raises WrongFile; not inside a transaction."""
    lines = text_of(raw).splitlines(keepends=True)
    counts = Counts()
    for batch in _batches(_orders(lines, currency), counts):
        known = dict(Order.objects.filter(source=source, number__in=[one.number for one in batch]).values_list("number", "digest"))
        for one in batch:
            counts.made += one.number not in known
            counts.unchanged += known.get(one.number) == one.digest
            counts.changed += one.number in known and known[one.number] != one.digest
    return _keep(raw, counts, kind="orders", name=name, source=source, currency=currency, by=by)


def look_at_offerings(raw: bytes, *, name: str, by: User) -> Taking:
    """Keep a file and say what it would do. Changes no offering. Raises WrongFile; not inside a transaction."""
    counts = Counts()
    for batch in _batches(offerings_in(text_of(raw).splitlines(keepends=True)), counts):
        known = set(Offering.objects.filter(sku__in=[one.sku for one in batch]).values_list("sku", flat=True))
        counts.made += sum(one.sku not in known for one in batch)
        counts.changed += sum(one.sku in known for one in batch)
    return _keep(raw, counts, kind="offerings", name=name, source=None, currency="", by=by)


def _keep(raw: bytes, counts: Counts, *, kind: str, name: str, source: OrderSource | None, currency: str, by: User) -> Taking:
    blob = store.put(raw)
    return Taking.objects.create(
        kind=kind, name=storable(name, 200), source=source, currency=currency, blob=blob, by=by, at=now(),
        made=counts.made, changed=counts.changed, unchanged=counts.unchanged, refused=counts.refused,
        problems=[[one.line, one.message] for one in counts.problems],
    )  # fmt: skip


def first_of(taking: Taking) -> Iterator[OrderSaid]:
    """The orders of a file that was looked at, as they were understood, in its order. Empty when the file is gone."""
    if taking.blob is None:
        return
    lines = text_of(store.read(taking.blob)).splitlines(keepends=True)
    yield from (one for one in _orders(lines, taking.currency) if isinstance(one, OrderSaid))


@transaction.atomic
def start_taking(taking: Taking, *, by: User) -> Taking:
    """Take in what was looked at: a task does it. Starting twice starts once. Raises NotAFile when the file is gone."""
    from heard.purchases.tasks import take_in

    taking = lock(taking)
    if taking.state in {TakingState.RUNNING, TakingState.DONE}:
        return taking
    if taking.blob_id is None or taking.state == TakingState.DROPPED:
        raise NotAFile(_("This file is not here any more. Bring it again."))
    taking.state = TakingState.RUNNING
    taking.done = taking.made = taking.changed = taking.unchanged = taking.left_alone = taking.refused = 0
    taking.problems = []
    taking.save()
    record_event("taking.started", taking, actor=by, taking_kind=taking.kind)
    take_in.enqueue(taking.pk)
    return taking


@transaction.atomic
def drop_taking(taking: Taking) -> Taking:
    """Let a file go that nobody wants taken in. What runs or is done stays."""
    taking = lock(taking)
    if taking.state == TakingState.LOOKED_AT:
        taking.state, taking.finished_at = TakingState.DROPPED, now()
        _let_go(taking)
    return taking


def take(taking_id: int) -> None:
    """The task's work: batch by batch, each with the count of how far it came, so that a second run goes on. May run twice."""
    taking = Taking.objects.select_related("source", "blob", "by").get(pk=taking_id)
    if taking.state != TakingState.RUNNING or taking.blob is None:
        return
    lines = text_of(store.read(taking.blob)).splitlines(keepends=True)
    if taking.source is not None:
        source, by = taking.source, taking.by
        _go_through(taking, _orders(lines, taking.currency), lambda batch, counts: _record_orders(source, batch, counts, by))
    else:
        by = taking.by
        _go_through(taking, offerings_in(lines), lambda batch, counts: _record_offerings(batch, counts, by))
        _fit_across_batches(lines, by)
    _finish(taking)


def take_orders(lines: Iterable[str], *, source: OrderSource, currency: str, by: User | None, tell: Callable[[int], None]) -> Counts:
    """The command line's way: everything a file says, at once. `tell` hears how many orders were read. Raises WrongFile."""
    counts, done = Counts(), 0
    for batch in _batches(_orders(lines, currency), counts):
        _record_orders(source, batch, counts, by)
        done += len(batch)
        tell(done)
    return counts


def take_offerings(lines: list[str], *, by: User | None, tell: Callable[[int], None]) -> Counts:
    """The command line's way for offerings. Raises WrongFile."""
    counts, done = Counts(), 0
    for batch in _batches(offerings_in(lines), counts):
        _record_offerings(batch, counts, by)
        done += len(batch)
        tell(done)
    _fit_across_batches(lines, by)
    return counts


def _orders(lines: Iterable[str], currency: str) -> Iterator[OrderSaid | Problem]:
    return orders_in(lines, currency=currency, zone=timezone.get_default_timezone(), now=now())


def _batches(read: Iterator[Said | Problem], counts: Counts) -> Iterator[list[Said]]:
    """What is right, some at once; what is wrong is counted on the way."""
    for some in batched(read, AT_ONCE):
        batch: list[Said] = []
        for one in some:
            if isinstance(one, Problem):
                counts.refuse(one)
            else:
                batch.append(one)
        yield batch


def _go_through(taking: Taking, read: Iterator[Said | Problem], record: Callable[[list[Said], Counts], None]) -> None:
    """Skip what an earlier run did; `done` counts batches' worth of what was read, rows that are wrong among them."""
    for _skipped in islice(read, taking.done):
        pass
    for some in batched(read, AT_ONCE):
        counts = Counts()
        right = [one for one in some if not isinstance(one, Problem)]
        for problem in some:
            if isinstance(problem, Problem):
                counts.refuse(problem)
        with transaction.atomic():
            held = lock(taking)
            if held.state != TakingState.RUNNING or held.done != taking.done:
                return
            record(right, counts)
            _count(held, counts, len(some))
        taking.done = held.done


def _count(taking: Taking, counts: Counts, read: int) -> None:
    taking.done += read
    for name in ("made", "changed", "unchanged", "left_alone", "refused"):
        setattr(taking, name, getattr(taking, name) + getattr(counts, name))
    taking.problems = [*taking.problems, *([one.line, one.message] for one in counts.problems)][:MOST_PROBLEMS]
    taking.save(update_fields=["done", "made", "changed", "unchanged", "left_alone", "refused", "problems"])


def _record_orders(source: OrderSource, batch: list[OrderSaid], counts: Counts, by: User | None) -> None:
    """One transaction for all; one each when something in them contradicts what is recorded, so that the others are taken."""
    try:
        with transaction.atomic():
            recorded = recording.record_orders(source, batch, by=by, is_history=True) if batch else []
    except WrongOrder as problem:
        if len(batch) == 1:
            counts.refuse(Problem(0, str(problem)))
            return
        for one in batch:
            _record_orders(source, [one], counts, by)
        return
    for done in recorded:
        setattr(counts, done.outcome, getattr(counts, done.outcome) + 1)


def _record_offerings(batch: list[OfferingSaid], counts: Counts, by: User | None) -> None:
    done = record_offerings([_without_fits(one) for one in batch], by=by)
    counts.made += done.made
    counts.changed += done.changed
    counts.unchanged += len(batch) - done.made - done.changed


def _without_fits(said: OfferingSaid) -> OfferingSaid:
    return OfferingSaid(said.sku, said.name, said.kind, said.attributes, None, said.is_retired)


def _fit_across_batches(lines: Iterable[str], by: User | None) -> None:
    """When all are there: what fits with what, since a row may name one further down."""
    for batch in _batches((one for one in offerings_in(lines)), Counts()):
        if any(one.fits_with is not None for one in batch):
            record_offerings(batch, by=by)


@transaction.atomic
def _finish(taking: Taking) -> None:
    taking = lock(taking)
    if taking.state != TakingState.RUNNING:
        return
    taking.state, taking.finished_at = TakingState.DONE, now()
    record_event(
        "taking.finished", taking, actor=taking.by, made=taking.made, changed=taking.changed, unchanged=taking.unchanged,
        refused=taking.refused,
    )  # fmt: skip
    _let_go(taking)


def _let_go(taking: Taking) -> None:
    """The row lets go of the file; a task removes its bytes."""
    from heard.purchases.tasks import remove_file

    blob, taking.blob = taking.blob_id, None
    taking.save(update_fields=["state", "finished_at", "blob"])
    if blob is not None:
        remove_file.enqueue(blob)


def drop_old_takings() -> int:
    """Let go of files that nobody took in within a day. Answers how many."""
    old = Taking.objects.filter(state=TakingState.LOOKED_AT, blob__isnull=False, at__lt=now() - KEPT_FOR)
    return sum(drop_taking(taking).state == TakingState.DROPPED for taking in old)
