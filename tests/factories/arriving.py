"""What the worker would do, done here and now: tasks that are due, and everybody who reacts to events."""

from heard.channels.email.models import Mailbox
from heard.events.consumers import ensure_consumers, run_consumers_once
from heard.inbound.models import Inbound
from heard.inbound.services.receiving import receive
from heard.tasks.execution import run_due_tasks
from tests.factories.mail import make_mail


def work_off(*, rounds: int = 20) -> None:
    """Do all due tasks and let every consumer read on, until nothing is left. Errors are raised."""
    ensure_consumers()
    for _ in range(rounds):
        if not run_due_tasks(raise_errors=True) + run_consumers_once():
            return
    raise AssertionError("the work begets itself")


def arrive(raw: bytes | None = None, *, mailbox: Mailbox, is_history: bool = False, **mail: str) -> Inbound:
    """A mail comes in through the door of every channel and is filed. Without `raw`, `make_mail(**mail)` to the mailbox."""
    ensure_consumers()
    raw = raw or make_mail(**({"to": mailbox.address} | mail))
    inbound = receive(raw, mailbox=mailbox, transport="test", transport_id=f"test/{hash(raw)}", is_history=is_history)
    work_off()
    inbound.refresh_from_db()
    return inbound
