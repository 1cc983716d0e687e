from datetime import timedelta

import pytest

from heard.lib.time import now
from heard.tasks import leases, queue
from heard.tasks.models import Lease

pytestmark = pytest.mark.django_db


def test_one_holds_and_may_prolong_and_another_waits():
    assert leases.hold("imap:1", "a")
    assert leases.hold("imap:1", "a")
    assert not leases.hold("imap:1", "b")
    assert leases.held_by_others(["imap:1", "imap:2"], "b") == {"imap:1"}
    assert leases.held_by_others(["imap:1"], "a") == set()


def test_a_lease_that_ended_is_free():
    leases.hold("imap:1", "a")
    Lease.objects.update(until=now() - timedelta(seconds=1))
    assert leases.held_by_others(["imap:1"], "b") == set()
    assert leases.hold("imap:1", "b")
    assert not leases.hold("imap:1", "a")


def test_a_released_lease_is_free_and_only_the_holder_releases():
    leases.hold("imap:1", "a")
    leases.release("imap:1", "b")
    assert not leases.hold("imap:1", "b")
    leases.release("imap:1", "a")
    assert leases.hold("imap:1", "b")


def test_a_dead_workers_leases_go_with_its_work():
    leases.hold("imap:1", "boot")
    queue.return_work_of("boot")
    assert leases.hold("imap:1", "other")
