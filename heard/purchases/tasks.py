"""Work of purchases, as tasks that may run twice."""

from heard.tasks import BULK, task


@task(priority=BULK)
def take_in(taking_id: int) -> None:
    from heard.purchases.services.taking import take

    take(taking_id)


@task(priority=BULK)
def remove_file(blob_id: int) -> None:
    from heard.files.models import Blob
    from heard.files.store import delete_unreferenced

    for blob in Blob.objects.filter(pk=blob_id):
        delete_unreferenced(blob)


@task()
def drop_old_takings() -> None:
    """Files that were looked at and not taken in go after a day."""
    from heard.purchases.services.taking import drop_old_takings as drop

    drop()
