"""Which workers are alive. A living one holds a file lock that the kernel lets go of when it dies, however it dies."""

import fcntl
import os
import socket
import uuid
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from heard.tasks import queue
from heard.tasks.models import WorkerBoot


def _folder() -> Path:
    return Path(settings.HOME) / "run" / "boots"


class Boot:
    """This start of this worker. Its id is on every row it holds."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self._path = _folder() / self.id
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self.id}")
        self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        draft.rename(self._path)  # locked before anybody can see it
        WorkerBoot.objects.create(boot_id=self.id, host=socket.gethostname()[:100], pid=os.getpid())

    def seen(self, finished: int) -> None:
        """Say that it is alive and how many tasks it has done."""
        WorkerBoot.objects.filter(boot_id=self.id).update(seen_at=Now(), finished=finished)

    def end(self) -> None:
        """Give back everything it still holds, and go."""
        queue.return_work_of(self.id)
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def return_work_of_the_dead() -> int:
    """Put back at once what workers of this home held that are dead; return how many tasks that were."""
    returned = 0
    for path in _folder().glob("[!.]*") if _folder().exists() else []:
        if _is_dead(path):
            returned += queue.return_work_of(path.name)
            path.unlink(missing_ok=True)
    return returned


def _is_dead(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True
