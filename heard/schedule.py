"""Every recurring task, on one page. Times of day are in the installation's time zone."""

from datetime import time

from heard.accounts.tasks import change_absences
from heard.bridges.crm_tasks import forget_old_bridge_work, run_due_bridges
from heard.bridges.tasks import drop_old_files, read_address_books
from heard.conversations.tasks import remind_of_asks, wake_snoozed
from heard.files.tasks import sweep_files
from heard.matching.tasks import catch_up_with_matching, watch_joins
from heard.people.tasks import finish_erasures, finish_erasures_at_night, follow_days
from heard.portal.tasks import forget_attempts
from heard.promises.tasks import break_promises, remind_of_promises
from heard.purchases.tasks import drop_old_takings
from heard.tasks.recurrence import Daily, Every, Recurring
from heard.tasks.tasks import keep_house

__all__ = ["RECURRING", "Daily", "Every", "Recurring"]

RECURRING: list[Recurring] = [
    Recurring(wake_snoozed, Every(20)),
    Recurring(remind_of_asks, Every(60)),
    Recurring(break_promises, Every(20)),
    Recurring(remind_of_promises, Every(60)),
    Recurring(change_absences, Every(60)),
    Recurring(catch_up_with_matching, Every(120)),
    Recurring(run_due_bridges, Every(60)),
    Recurring(finish_erasures, Every(300)),
    Recurring(drop_old_takings, Every(3600)),
    Recurring(drop_old_files, Every(3600)),
    Recurring(read_address_books, Every(60)),
    Recurring(follow_days, Every(3600)),
    Recurring(sweep_files, Daily(time(3, 0))),
    Recurring(watch_joins, Daily(time(4, 10))),
    Recurring(finish_erasures_at_night, Daily(time(3, 20))),
    Recurring(forget_attempts, Daily(time(3, 30))),
    Recurring(forget_old_bridge_work, Daily(time(3, 35))),
    Recurring(keep_house, Daily(time(3, 40))),
]
