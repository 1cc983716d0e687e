from datetime import UTC, datetime, time, timedelta

import pytest

from heard.tasks.models import Recurrence, Task
from heard.tasks.recurrence import Daily, Every, Recurring, enqueue_due
from heard.tasks.tests import toys

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVERY_MINUTE = [Recurring(toys.wait_for_the_future, Every(seconds=60))]


@pytest.mark.django_db
def test_a_turn_comes_after_its_time_once():
    assert enqueue_due(EVERY_MINUTE, NOON) == NOON + timedelta(seconds=60)
    assert not Task.objects.exists()
    enqueue_due(EVERY_MINUTE, NOON + timedelta(seconds=59))
    assert not Task.objects.exists()
    assert enqueue_due(EVERY_MINUTE, NOON + timedelta(seconds=61)) == NOON + timedelta(seconds=121)
    enqueue_due(EVERY_MINUTE, NOON + timedelta(seconds=62))
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_a_clock_that_jumps_forward_makes_no_burst():
    enqueue_due(EVERY_MINUTE, NOON)
    for second in range(3):
        enqueue_due(EVERY_MINUTE, NOON + timedelta(days=30, seconds=second))
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_a_clock_that_is_set_back_does_not_stop_the_schedule():
    enqueue_due(EVERY_MINUTE, NOON + timedelta(days=30))
    assert enqueue_due(EVERY_MINUTE, NOON) == NOON + timedelta(seconds=60)
    enqueue_due(EVERY_MINUTE, NOON + timedelta(seconds=60))
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_a_turn_that_still_waits_absorbs_the_next():
    enqueue_due(EVERY_MINUTE, NOON)
    for minute in range(1, 5):
        enqueue_due(EVERY_MINUTE, NOON + timedelta(minutes=minute))
    assert Task.objects.count() == 1
    assert Recurrence.objects.get().last_run_at == NOON + timedelta(minutes=4)


def test_daily_is_in_the_installations_zone_on_days_of_any_length(settings):
    settings.TIME_ZONE = "Europe/Madrid"
    daily = Daily(time(3, 30))
    assert daily.after(NOON) == datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    before_summer = datetime(2026, 3, 29, 2, 0, tzinfo=UTC)  # 04:00 in Madrid, an hour of which was skipped
    assert daily.after(before_summer) == datetime(2026, 3, 30, 1, 30, tzinfo=UTC)
    assert daily.after(datetime(2026, 3, 28, 22, tzinfo=UTC)) > datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_the_schedule_names_each_task_once():
    from heard.schedule import RECURRING

    names = [one.name for one in RECURRING]
    assert len(names) == len(set(names))
