"""Filing, as a task that may run twice."""

from heard.tasks import task


@task(priority=5)
def file_inbounds(inbound_ids: list[int]) -> None:
    from heard.inbound.services.filing import file_batch

    file_batch(inbound_ids)


@task(priority=5)
def forget_bytes(blob_ids: list[int]) -> None:
    """Overwrite the bytes of what was refused, unless something else names them."""
    from heard.files.erasing import remove_files

    remove_files(blob_ids, lambda: False)
