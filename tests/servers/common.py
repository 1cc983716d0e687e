"""What the servers share: ports, folders, users, waiting."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class ServerAbsent(Exception):
    """A server that the tests need is not installed, or may not be started by this user."""


class ServerFailed(Exception):
    """A server did not come up; the text holds the end of its log."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_program(name: str, *, package: str) -> str:
    """The path of a program, also from the administrators' folders. Raises ServerAbsent."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin")
    if path is None:
        raise ServerAbsent(f"{name} is not installed (Debian package {package})")
    return path


def is_root() -> bool:
    return os.geteuid() == 0


def user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def current_user() -> tuple[str, str]:
    """Names of the user and group this process runs as."""
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


@contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """A short temporary folder that every user may enter (socket paths end at 107 characters), removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"heard-{name}-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def answers(port: int) -> bool:
    """True when something on 127.0.0.1 accepts connections at `port`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def wait_until(is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes] | None, log: Path, seconds: float = 30) -> None:
    """Return once `is_ready()`; raise ServerFailed with the log's end when time is up or the process has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_ready():
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.02)
    tail = log.read_text(errors="replace")[-2000:] if log.exists() else "(no log)"
    raise ServerFailed(f"the server did not come up:\n{tail}")


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """End a process that we started: politely, then by force."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
