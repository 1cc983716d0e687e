"""Rows that nobody needs any more."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings

from heard.lib.time import now
from heard.tasks import queue
from heard.tasks.models import Lease, Recurrence, WorkerBoot
from heard.tasks.recurrence import listed

LOST_AFTER = timedelta(days=1)


def tidy() -> None:
    """Forget ended sessions, workers of lost machines, leases nobody holds, and recurring tasks that are no longer listed."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    for boot_id in WorkerBoot.objects.filter(seen_at__lt=now() - LOST_AFTER).values_list("boot_id", flat=True):
        queue.return_work_of(boot_id)
    Lease.objects.filter(until__lt=now() - LOST_AFTER).delete()
    Recurrence.objects.exclude(name__in=[one.name for one in listed()]).delete()
