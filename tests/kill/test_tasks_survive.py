"""A worker that is killed at any instant loses nothing and leaves nothing half done."""

import pytest
from django.db import connection

from heard.tasks.models import Task, WorkerBoot
from tests.kill import toys
from tests.kill.harness import kill_at_random, kills_wanted, workers

BATCH = 12


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_every_task_is_done_however_often_its_worker_is_killed():
    toys.make_tables()
    try:
        kills = kills_wanted()
        with workers("tests.kill.toys") as crew:
            kill_at_random(crew, kills=kills, feed=feed)
            crew.wait_until(lambda: not Task.objects.exclude(state="dead").exists())
            assert crew.killed == kills
        assert not Task.objects.exists()
        fed = set(range(kills * BATCH))
        followed = {-work for work in fed if work and work % 13 == 0}
        assert toys.balance() == dict.fromkeys(fed | followed, 2)
        assert not WorkerBoot.objects.exists(), "every dead worker was noticed"
        assert tries() < len(fed) * 2, "work in hand is a few tasks, not the whole queue"
    finally:
        toys.drop_tables()


def feed(number: int) -> None:
    toys.post.enqueue_many([(number * BATCH + n,) for n in range(BATCH)])


def tries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM toy_tries")
        return cursor.fetchone()[0]
