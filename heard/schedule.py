"""Every recurring task, on one page. Times of day are in the installation's time zone."""

from datetime import time

from heard.tasks.recurrence import Daily, Every, Recurring

__all__ = ["RECURRING", "Daily", "Every", "Recurring", "time"]

RECURRING: list[Recurring] = []
