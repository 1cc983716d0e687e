from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from heard.lib.time import now
from heard.tasks import queue
from heard.tasks.execution import run_due_tasks
from heard.tasks.models import Lease, Recurrence, Task, WorkerBoot
from heard.tasks.tasks import keep_house
from heard.tasks.tests import toys

pytestmark = pytest.mark.django_db


def test_what_nobody_needs_any_more_is_forgotten():
    long_ago = now() - timedelta(days=3)
    for key, ends in [("old", long_ago), ("open", now() + timedelta(days=1))]:
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        Lease.objects.create(name=key, holder="x", until=ends)
        WorkerBoot.objects.create(boot_id=key, host="h", pid=1, seen_at=ends)
    Recurrence.objects.create(name="no.longer.listed", next_run_at=now())
    toys.note.enqueue(1)
    queue.claim("old", 1)
    keep_house()
    for model, field in [(Session, "session_key"), (Lease, "name"), (WorkerBoot, "boot_id")]:
        assert list(model.objects.values_list(field, flat=True)) == ["open"]
    assert not Recurrence.objects.exists()
    assert Task.objects.get().state == "queued"
    assert run_due_tasks() == 1
