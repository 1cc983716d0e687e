"""The queue's own work."""

from heard.tasks.declaration import BULK, task
from heard.tasks.housekeeping import tidy


@task(priority=BULK)
def keep_house() -> None:
    tidy()
