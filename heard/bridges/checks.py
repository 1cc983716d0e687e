"""What `heard doctor` asks about bridges."""

from __future__ import annotations

from datetime import timedelta

from heard.bridges.book_selectors import troubled
from heard.bridges.crm_selectors import list_bridges
from heard.bridges.models import BookCard, BridgeErrand, ErrandKind
from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.time import now

PATIENCE = timedelta(days=2)


@doctor_check("bridges")
def bridges() -> list[Finding]:
    """Bridges that run can look, what was refused is looked at, and whoever was erased here is forgotten there within two days."""
    found = []
    for state in list_bridges():
        name = state.bridge.slug
        if state.bridge.is_running and state.is_late:
            found.append(problem(f"The bridge {name} does not work: {state.problem} See Operate, Bridges."))
        if state.refused:
            found.append(warning(f"{state.refused} things could not be told over the bridge {name}. See Operate, Bridges."))
    late = BridgeErrand.objects.filter(kind=ErrandKind.ERASE, done_at=None, made_at__lt=now() - PATIENCE).count()
    if late:
        found.append(problem(f"{late} people were erased here more than two days ago and another system has not forgotten them"))
    return found


@doctor_check("address_books")
def address_books() -> list[Finding]:
    """Address books can be read, and whoever was erased here is deleted there within two days."""
    found = [
        problem(f"The address book {book.name} cannot be kept alike ({book.problem}). See Operate, Address books.") for book in troubled()
    ]
    waiting = BookCard.objects.filter(is_to_go=True, gone_at=None, book__problem_at__lt=now() - PATIENCE).count()
    if waiting:
        found.append(problem(f"{waiting} people were erased here more than two days ago and an address book still has their cards"))
    return found
