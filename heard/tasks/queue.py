"""The statements of the queue: put in, take, finish, put back. Every statement is one transaction or part of the caller's."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import F, Min, QuerySet
from django.db.models.expressions import RawSQL

from heard.lib.causes import Cause, present_cause
from heard.lib.db import clock, clock_sql, is_postgres
from heard.tasks.models import Lease, State, Task, WorkerBoot

CHANNEL = "heard_tasks"
LEASE_SECONDS = 60
LOSSES_ALLOWED = 25  # so often may its worker die with it before a task is taken for the reason


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that a worker holds. `claims` tells this holding from any later one."""

    id: int
    name: str
    args: dict[str, Any]
    priority: int
    run_at: datetime
    failures: int
    max_attempts: int
    claims: int
    cause: Cause


def insert(
    name: str,
    calls: Sequence[dict[str, Any]],
    *,
    priority: int,
    max_attempts: int,
    run_at: datetime | None = None,
    dedupe: str | Sequence[str] | None = None,
) -> None:
    """Add one waiting row for each call. With `dedupe`, a row that waits under the key absorbs the call and keeps the earlier moment.

    One key is for all calls; several are one for each, and lead to nothing when their number differs (ValueError).
    """
    cause = present_cause()
    common = {"name": name, "priority": priority, "max_attempts": max_attempts, "cause": cause.event_id, "depth": cause.depth}
    keys = [dedupe] * len(calls) if dedupe is None or isinstance(dedupe, str) else dedupe
    _insert(list(zip(calls, keys, strict=True)), run_at, common)
    _announce()


def _insert(calls: Sequence[tuple[dict[str, Any], str | None]], run_at: datetime | None, common: dict[str, Any]) -> None:
    # The update locks the waiting row, so on PostgreSQL nobody can take it before this transaction's rows are there to be read.
    now_sql, now_params = clock_sql()
    run_sql, run_params = ("%s", [connection.ops.adapt_datetimefield_value(run_at)]) if run_at else (now_sql, now_params)
    earlier = "LEAST" if is_postgres() else "MIN"
    absorb = (
        f"ON CONFLICT (dedupe) WHERE state = 'queued' DO UPDATE SET run_at = {earlier}(tasks.run_at, excluded.run_at)"
        if any(key for _, key in calls)
        else ""
    )
    statement = f"""
        INSERT INTO tasks (name, args, state, priority, run_at, failures, losses, claims, max_attempts, worker, error,
                           dedupe, cause, depth, created_at)
        SELECT %s, call.args, 'queued', %s, {run_sql}, 0, 0, 0, %s, '', '', call.key, %s, %s, {now_sql}
        FROM {_CALLS[connection.vendor]} WHERE true {absorb}
        """  # noqa: S608 — the pieces are constants of this module
    params = [common["name"], common["priority"], *run_params, common["max_attempts"], common["cause"], common["depth"], *now_params]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, json.dumps(_different(calls))])


_CALLS = {
    "postgresql": "jsonb_to_recordset(%s) AS call (args jsonb, key text)",
    "sqlite": "(SELECT json_extract(value, '$.args') AS args, json_extract(value, '$.key') AS key FROM json_each(%s)) AS call",
}


def _different(calls: Sequence[tuple[dict[str, Any], str | None]]) -> list[dict[str, Any]]:
    """The calls as rows, without those that an earlier one among them absorbs."""
    rows: dict[object, dict[str, Any]] = {}
    for place, (args, key) in enumerate(calls):
        rows.setdefault(key or place, {"args": args, "key": key})
    return list(rows.values())


def _announce() -> None:
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")  # delivered when the transaction commits, once however often it is said


def is_any_due() -> bool:
    """Whether a task could be taken now. Reads one entry of an index and takes no lock."""
    return Task.objects.filter(state=State.QUEUED, run_at__lte=clock()).order_by("run_at").exists()


def next_moment() -> datetime | None:
    """When the next waiting task becomes due; None when nothing waits."""
    return Task.objects.filter(state=State.QUEUED).aggregate(moment=Min("run_at"))["moment"]


def claim(worker: str, limit: int) -> list[Claim]:
    """Take up to `limit` due tasks for `worker`, most urgent first, then by moment and age."""
    now_sql, now_params = clock_sql()
    lease_sql, lease_params = clock_sql(LEASE_SECONDS)
    skip = "FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH picked AS {"MATERIALIZED" if is_postgres() else ""} (
                SELECT id FROM tasks WHERE state = 'queued' AND run_at <= {now_sql}
                ORDER BY priority DESC, run_at, id LIMIT %s {skip})
            UPDATE tasks SET state = 'running', worker = %s, claims = claims + 1, lease_until = {lease_sql}
            WHERE id IN (SELECT id FROM picked)
            RETURNING id, name, args, priority, run_at, failures, max_attempts, claims, cause, depth
            """,  # noqa: S608 — the pieces are constants of this module
            [*now_params, limit, worker, *lease_params],
        )
        rows = cursor.fetchall()
    claims = [_claim(row) for row in rows]
    return sorted(claims, key=lambda one: (-one.priority, one.run_at, one.id))


def _claim(row: Sequence[Any]) -> Claim:
    pk, name, args, priority, run_at, failures, max_attempts, claims, cause, depth = row
    args = json.loads(args) if isinstance(args, str) else args
    return Claim(pk, name, args, priority, run_at, failures, max_attempts, claims, Cause(cause, depth))


def _held(claim: Claim, worker: str) -> QuerySet[Task]:
    return Task.objects.filter(pk=claim.id, state=State.RUNNING, worker=worker, claims=claim.claims)


def finish(claim: Claim, worker: str) -> bool:
    """Remove a task that is done. False when the worker no longer held it: somebody else will do it again."""
    return bool(_held(claim, worker)._raw_delete(DEFAULT_DB_ALIAS))  # one statement; nothing refers to a task


def postpone(claim: Claim, worker: str, moment: datetime) -> bool:
    """Let a task wait until `moment` without counting a failure. False when the worker no longer held it."""
    return _put_back(_held(claim, worker), run_at=moment, losses=0)


def fail(claim: Claim, worker: str, *, error: str, pause_seconds: float) -> bool:
    """Count a failure; the task waits `pause_seconds`, or is dead when it has failed as often as it may."""
    failures = claim.failures + 1
    if failures >= claim.max_attempts:
        return bool(_bury(_held(claim, worker), error=error, failures=failures))
    return _put_back(_held(claim, worker), run_at=_in(pause_seconds), failures=failures, losses=0, error=error[:200])


def give_back(claim: Claim, worker: str) -> bool:
    """Return a task that was taken and not begun, as if it had never been taken."""
    return _put_back(_held(claim, worker))


def renew(worker: str, ids: Iterable[int]) -> None:
    """Prolong the leases of tasks that `worker` holds."""
    Task.objects.filter(pk__in=list(ids), state=State.RUNNING, worker=worker).update(lease_until=_in(LEASE_SECONDS))


def return_work_of(boot_id: str) -> int:
    """Put back at once what a dead worker held, its named leases too; return how many tasks that were."""
    returned = _return(Task.objects.filter(state=State.RUNNING, worker=boot_id))
    Lease.objects.filter(holder__startswith=boot_id).delete()
    WorkerBoot.objects.filter(boot_id=boot_id).delete()
    return returned


def return_expired() -> int:
    """Put back tasks whose lease ended because their machine was lost; return how many."""
    return _return(Task.objects.filter(state=State.RUNNING, lease_until__lt=clock()))


def requeue(task: Task) -> bool:
    """Give a dead task all its attempts again, from now. False when it is not dead any more."""
    dead = Task.objects.filter(pk=task.pk, state=State.DEAD)
    return _put_back(dead, run_at=clock(), failures=0, losses=0)


def requeue_all() -> int:
    """Give every dead task its attempts again; return how many."""
    return sum(requeue(task) for task in Task.objects.filter(state=State.DEAD).only("pk"))


def dismiss(task: Task) -> bool:
    """Give a dead task up for good. False when it is not dead any more."""
    return bool(Task.objects.filter(pk=task.pk, state=State.DEAD)._raw_delete(DEFAULT_DB_ALIAS))


def _in(seconds: float) -> RawSQL:
    return RawSQL(*clock_sql(seconds))  # noqa: S611 — constants with parameters


def _return(lost: QuerySet[Task]) -> int:
    if not lost.exists():
        return 0
    worn_out = lost.filter(losses__gte=LOSSES_ALLOWED)
    plain = lost.filter(losses__lt=LOSSES_ALLOWED, dedupe=None)
    keyed = lost.filter(losses__lt=LOSSES_ALLOWED, dedupe__isnull=False).values_list("pk", flat=True)
    _bury(worn_out, error="worker_died")
    returned = plain.update(state=State.QUEUED, worker="", lease_until=None, losses=F("losses") + 1)
    for pk in list(keyed):
        returned += _put_back(lost.filter(pk=pk), losses=F("losses") + 1)
    _announce()
    return returned


def _put_back(one: QuerySet[Task], **changes: Any) -> bool:
    try:
        with transaction.atomic():
            if not (changed := one.update(state=State.QUEUED, worker="", lease_until=None, **changes)):
                return False
            _announce()
            return bool(changed)
    except IntegrityError:
        one._raw_delete(DEFAULT_DB_ALIAS)  # the same work was queued again under its key: that row stands for both
        return False


def _bury(tasks: QuerySet[Task], *, error: str, **changes: Any) -> int:
    return tasks.update(state=State.DEAD, worker="", lease_until=None, error=error[:200], **changes)
