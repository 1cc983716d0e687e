"""Keeping the folder of files, as tasks that may run twice."""

from datetime import timedelta

from heard.tasks import BULK, task

KEPT_FOR = timedelta(days=1)


@task(priority=BULK)
def sweep_files() -> None:
    """Remove what a crash left behind a day ago or longer."""
    from heard.files.store import sweep
    from heard.lib.time import now

    sweep(before=now() - KEPT_FOR)
