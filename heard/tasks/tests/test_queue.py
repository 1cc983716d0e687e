"""The queue: what goes in, comes out once, in order; failures wait longer and longer; nothing personal is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from heard.lib.causes import Cause, caused_by
from heard.lib.time import frozen_at, now
from heard.tasks import execution, queue
from heard.tasks.execution import pause_seconds, run_due_tasks
from heard.tasks.models import State, Task
from heard.tasks.tests import toys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def done():
    toys.DONE.clear()
    return toys.DONE


def lose(task_id, *, worker="dead"):
    Task.objects.filter(pk=task_id).update(state=State.RUNNING, worker=worker)


def test_a_finished_task_has_no_row(done):
    toys.note.enqueue("hello")
    assert Task.objects.get().state == State.QUEUED
    assert run_due_tasks() == 1
    assert done == ["hello"]
    assert not Task.objects.exists()


def test_many_are_one_statement(django_assert_max_num_queries, done):
    with django_assert_max_num_queries(2):  # the insert, and on PostgreSQL the notice
        toys.note.enqueue_many([(n,) for n in range(50)])
    run_due_tasks()
    assert done == list(range(50))
    toys.note.enqueue_many([])
    assert not Task.objects.exists()


def test_what_is_urgent_comes_first(done):
    toys.note_in_bulk.enqueue("bulk")
    toys.note.enqueue("normal")
    toys.note_urgently.enqueue("urgent")
    toys.note.using(priority=20).enqueue("most urgent")
    run_due_tasks()
    assert done == ["most urgent", "urgent", "normal", "bulk"]


def test_work_of_a_rolled_back_transaction_was_never_queued(done):
    with transaction.atomic():
        toys.note.enqueue(1)
        transaction.set_rollback(True)
    assert run_due_tasks() == 0


@pytest.mark.parametrize("call", [((), {}), ((1, 2), {}), ((), {"wrong": 1}), ((object(),), {})])
def test_arguments_that_do_not_fit_are_refused_at_once(call):
    with pytest.raises(TypeError):
        toys.note.enqueue(*call[0], **call[1])
    assert not Task.objects.exists()


def test_a_task_waits_for_its_moment(done):
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    with frozen_at(moment):
        toys.note.using(run_at=moment + timedelta(hours=1)).enqueue("later")
        assert run_due_tasks() == 0
    with frozen_at(moment + timedelta(hours=1)):
        assert run_due_tasks() == 1


def test_one_waiting_task_absorbs_another_with_its_key_and_keeps_the_earlier_moment(done):
    soon, late = now() + timedelta(hours=1), now() + timedelta(hours=2)
    toys.note.using(dedupe="a", run_at=late).enqueue(1)
    toys.note.using(dedupe="a", run_at=soon).enqueue(2)
    toys.note.using(dedupe="b").enqueue(3)
    assert Task.objects.get(dedupe="a").run_at == soon
    assert Task.objects.count() == 2
    toys.note.using(dedupe="a").enqueue(4)
    assert run_due_tasks() == 2
    assert done == [3, 1] or done == [1, 3]


def test_a_running_task_absorbs_nothing_because_it_may_have_read_its_rows_already(done):
    toys.note.using(dedupe="a").enqueue(1)
    claim = queue.claim("me", 1)[0]
    toys.note.using(dedupe="a").enqueue(2)
    assert Task.objects.count() == 2
    # and if the first one fails, the second stands for both
    assert queue.fail(claim, "me", error="x", pause_seconds=0) is False
    assert Task.objects.get().args["args"] == [2]


def test_retry_at_is_no_failure():
    toys.wait_for_the_future.enqueue()
    assert run_due_tasks() == 1
    row = Task.objects.get()
    assert (row.state, row.failures, row.run_at) == (State.QUEUED, 0, toys.LATER)


def test_a_task_that_keeps_failing_pauses_longer_and_then_is_dead_until_somebody_requeues_it(done):
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    waits = []
    with frozen_at(moment):
        toys.fail.enqueue("Ada")
    while (row := Task.objects.get()).state != State.DEAD:
        with frozen_at(row.run_at):
            run_due_tasks()
            waits.append((Task.objects.get().run_at - row.run_at).total_seconds())
    assert done == ["tried"] * 3
    assert 4 <= waits[0] <= 6 < waits[1]
    assert row.failures == 3
    assert row.error.startswith("ValueError at tasks/tests/toys.py:")
    assert "ada" not in row.error.lower()
    assert queue.requeue_all() == 1
    assert run_due_tasks() == 1
    assert Task.objects.get().failures == 1


def test_only_the_dead_can_be_dismissed():
    toys.note.enqueue(1)
    assert queue.dismiss(Task.objects.get()) is False
    Task.objects.update(state=State.DEAD)
    assert queue.dismiss(Task.objects.get()) is True
    assert not Task.objects.exists()


def test_pauses_grow_to_six_hours():
    assert [round(pause_seconds(n) / (5 * 3 ** (n - 1))) for n in range(1, 6)] == [1] * 5
    assert pause_seconds(40) <= 6 * 3600 * 1.2


def test_a_row_of_an_unknown_task_is_kept_and_tried_again():
    Task.objects.create(name="gone.from.this.version", args={"args": [], "kwargs": {}})
    run_due_tasks()
    row = Task.objects.get()
    assert (row.state, row.failures, row.error) == (State.QUEUED, 1, "UnknownTask")


def test_a_worker_that_lost_its_lease_cannot_end_anothers_run():
    toys.note.enqueue(1)
    first = queue.claim("first", 1)[0]
    Task.objects.update(lease_until=now() - timedelta(seconds=1))
    assert queue.return_expired() == 1
    second = queue.claim("second", 1)[0]
    assert queue.finish(first, "first") is False
    assert queue.postpone(first, "first", now()) is False
    assert queue.fail(first, "first", error="x", pause_seconds=0) is False
    assert queue.finish(second, "second") is True


def test_the_same_worker_cannot_end_its_own_later_run_either():
    toys.note.enqueue(1)
    first = queue.claim("me", 1)[0]
    queue.return_work_of("me")
    second = queue.claim("me", 1)[0]
    assert queue.finish(first, "me") is False
    assert queue.finish(second, "me") is True


def test_a_dead_workers_tasks_come_back_at_once_and_count_no_failure():
    toys.note.enqueue_many([(1,), (2,)])
    toys.note.using(dedupe="k").enqueue(3)
    assert len(queue.claim("dead", 10)) == 3
    assert queue.return_work_of("alive") == 0
    assert queue.return_work_of("dead") == 3
    assert list(Task.objects.values_list("failures", "losses").distinct()) == [(0, 1)]
    assert run_due_tasks() == 3


def test_a_task_that_kills_every_worker_is_put_aside():
    toys.note.enqueue(1)
    Task.objects.update(losses=queue.LOSSES_ALLOWED)
    queue.claim("dead", 1)
    assert queue.return_work_of("dead") == 0
    assert (Task.objects.get().state, Task.objects.get().error) == (State.DEAD, "worker_died")


def test_two_lost_runs_under_one_key_come_back_as_one():
    toys.note.using(dedupe="k").enqueue(1)
    queue.claim("dead", 1)
    toys.note.using(dedupe="k").enqueue(2)
    queue.claim("dead", 1)
    assert queue.return_work_of("dead") == 1
    assert Task.objects.count() == 1


def test_giving_back_what_was_not_begun_leaves_no_trace():
    toys.note.enqueue(1)
    claim = queue.claim("me", 1)[0]
    assert queue.give_back(claim, "me")
    row = Task.objects.get()
    assert (row.state, row.failures, row.losses, row.worker) == (State.QUEUED, 0, 0, "")


def test_renewing_prolongs_only_ones_own():
    toys.note.enqueue_many([(1,), (2,)])
    mine, theirs = queue.claim("me", 1)[0], queue.claim("they", 1)[0]
    past = now() - timedelta(seconds=1)
    Task.objects.update(lease_until=past)
    queue.renew("me", [mine.id, theirs.id])
    assert queue.return_expired() == 1
    assert Task.objects.get(pk=mine.id).state == State.RUNNING


def test_what_led_to_a_task_is_known_while_it_runs(monkeypatch):
    seen = []
    monkeypatch.setattr(execution, "_call", lambda claim: seen.append(execution_cause()))
    with caused_by(Cause(7, 3)):
        toys.note.enqueue(1)
    run_due_tasks()
    assert seen == [Cause(7, 3)]


def execution_cause():
    from heard.lib.causes import present_cause

    return present_cause()


def test_tasks_may_enqueue_tasks(done):
    toys.note_and_enqueue.enqueue(3)
    assert run_due_tasks() == 4
    assert done == [3, 2, 1, 0]
