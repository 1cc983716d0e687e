"""Recurring work on accounts."""

from heard.tasks import task


@task()
def change_absences() -> None:
    """Absences whose moment has come, and those that are over."""
    from heard.accounts.services.absences import change_absences as change

    change()
