"""Work of bridges, as tasks that may run twice."""

from heard.tasks import BULK, task


@task(priority=BULK)
def look_at(file_id: int) -> None:
    from heard.bridges.services.files import look

    look(file_id)


@task(priority=BULK)
def take_in(file_id: int) -> None:
    from heard.bridges.services.files import take

    take(file_id)


@task(priority=BULK)
def remove_file(blob_id: int) -> None:
    from heard.files.models import Blob
    from heard.files.store import delete_unreferenced

    for blob in Blob.objects.filter(pk=blob_id):
        delete_unreferenced(blob)


@task()
def drop_old_files() -> None:
    """Files of people that were looked at and not taken in go after a day."""
    from heard.bridges.services.files import drop_old_files as drop

    drop()


@task(priority=BULK, max_attempts=1)  # a book that cannot be reached is tried again when it is due, not by the queue
def read_address_book(book_id: int) -> None:
    from heard.bridges.services.syncing import sync_book

    sync_book(book_id)


@task()
def read_address_books() -> None:
    """Address books whose time has come."""
    from heard.bridges.services.syncing import enqueue_due

    enqueue_due()
