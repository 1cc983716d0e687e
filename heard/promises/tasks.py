"""Work of promises, as tasks that may run twice."""

from heard.tasks import task


@task()
def break_promises() -> None:
    """Mark what came due unkept, in short transactions."""
    from heard.lib.time import now
    from heard.promises.services.replies import break_due

    while break_due(now()):
        pass
