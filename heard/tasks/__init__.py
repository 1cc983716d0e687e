"""Work as rows of the same transaction: the queue, leases, the schedule, services of the worker.

from heard.tasks import RetryAt, task

@task(priority=0, max_attempts=12)
def file_inbound(inbound_id: int) -> None: ...

file_inbound.enqueue(inbound.pk)                               # inside the transaction that made the row
file_inbound.enqueue_many([(1,), (2,)])                        # one statement
file_inbound.using(run_at=moment, dedupe="inbound 7").enqueue(7)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heard.tasks.declaration import BULK, NORMAL, URGENT, RetryAt, task

__all__ = ["BULK", "NORMAL", "URGENT", "RetryAt", "task"]
_HOMES = dict.fromkeys(__all__, "declaration")


def __getattr__(name: str) -> Any:
    # Django imports this package before models may be defined, so what needs them is imported when first asked for.
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"heard.tasks.{_HOMES[name]}"), name)
