"""`heard import mail`, killed as often as asked and begun again, until it has come to its end."""

import random
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.common import stop
from tests.servers.installation import Installation


@dataclass(slots=True)
class Imports:
    """How it goes. `ended_with` is the exit code of the last one; `left_behind` are processes that outlived the import that began them."""

    installation: Installation
    command: tuple[str, ...]
    kills: int
    log: Path
    killed: int = 0
    ended_with: int | None = None
    left_behind: list[int] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Import, be killed, go on where the last one stopped. A thread of its own."""
        chance = random.Random(2)
        for _ in range(self.kills):
            if not self._begin_and_kill(chance.uniform(1.0, 4.0)):
                break
        self._finish()

    def _begin_and_kill(self, seconds: float) -> bool:
        """Whether it was killed; False when it had ended before."""
        process = self.installation.start(*self.command, log=self.log)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            helpers = _children(process.pid)
            process.kill()
            process.wait()
            self.killed += 1
            self.left_behind += [pid for pid in helpers if not _ends(pid)]
            return not self._is_over.is_set()
        return False

    def _finish(self) -> None:
        process = self.installation.start(*self.command, log=self.log)
        while process.poll() is None:
            if self._is_over.wait(0.05):
                stop(process)
                return
        self.ended_with = process.returncode

    def end(self) -> None:
        """The test is over, however it ended."""
        self._is_over.set()


@contextmanager
def imports_killed(paths: Sequence[Path], address: str, *, kills: int) -> Iterator[Imports]:
    """Import mail in the background while the block runs."""
    installation = Installation.of_this_test()
    command = ("import", "mail", *map(str, paths), "--mailbox", address)
    imports = Imports(installation, command, kills, installation.home / "killed-imports.log")
    thread = threading.Thread(target=imports.run, name="imports")
    thread.start()
    try:
        yield imports
    finally:
        imports.end()
        thread.join()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _ends(pid: int, *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while _is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # nobody may be there to bury it
