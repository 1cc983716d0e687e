"""Matching in the background, as tasks that may run twice."""

from heard.tasks import BULK, task


@task(priority=BULK)
def catch_up_with_matching() -> None:
    """Those whom no event named."""
    from heard.matching.services.catching_up import catch_up

    catch_up()
