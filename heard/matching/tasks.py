"""Matching in the background, as tasks that may run twice."""

from heard.tasks import BULK, task


@task(priority=BULK)
def catch_up_with_matching() -> None:
    """Those whom no event named."""
    from heard.matching.services.catching_up import catch_up

    catch_up()


@task()
def watch_joins() -> None:
    """Raise an alarm when joining falls, and see that a few joins always wait to be checked."""
    from heard.matching.services.checking import keep_checks, watch_joining

    watch_joining()
    keep_checks()
