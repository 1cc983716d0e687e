"""Filing, as a task that may run twice."""

from heard.tasks import task


@task(priority=5)
def file_inbounds(inbound_ids: list[int]) -> None:
    from heard.inbound.services.filing import file_batch

    file_batch(inbound_ids)
