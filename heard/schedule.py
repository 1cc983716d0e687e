"""Every recurring task, on one page. Times of day are in the installation's time zone."""

from datetime import time

from heard.conversations.tasks import wake_snoozed
from heard.promises.tasks import break_promises
from heard.tasks.recurrence import Daily, Every, Recurring
from heard.tasks.tasks import keep_house

__all__ = ["RECURRING", "Daily", "Every", "Recurring"]

RECURRING: list[Recurring] = [
    Recurring(wake_snoozed, Every(20)),
    Recurring(break_promises, Every(20)),
    Recurring(keep_house, Daily(time(3, 40))),
]
