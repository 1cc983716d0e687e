"""Installations to measure on: a home and a database, as their owner would have them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.common import free_port, is_root
from tests.servers.installation import Installation
from tests.servers.postgresql import OWNER, find_programs, run_unprivileged

FOLDER = Path(os.environ.get("HEARD_BENCH_FOLDER", "/tmp/heard-bench"))
DATABASES = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Ground:
    """One installation, the kind of its database, and the process of its database server (0 for SQLite)."""

    database: str
    installation: Installation
    server: int = 0

    @property
    def home(self) -> Path:
        return self.installation.home

    def python(self, module: str, *arguments: str, timeout: float = 7200) -> str:
        """Run `python -m MODULE …` in this installation's environment; what it printed. Raises when it fails."""
        environment = self.installation.environment | {"HEARD_BENCH_SERVER": str(self.server)}
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], env=environment, stdout=subprocess.PIPE, timeout=timeout, check=False, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"python -m {module} {' '.join(arguments)} ended with {done.returncode}")
        return done.stdout


@dataclass(slots=True)
class Grounds:
    """Makes installations on one kind of database under one folder."""

    database: str
    folder: Path
    server: int = 0
    url: str = ""

    @contextmanager
    def fresh(self) -> Iterator[Ground]:
        """A new installation, set up with `heard init`; removed afterwards."""
        with self.named(f"fresh-{time.monotonic_ns():x}") as ground:
            yield ground

    @contextmanager
    def named(self, name: str, *, keep: bool = False) -> Iterator[Ground]:
        """The installation `name`: the one that an earlier run kept, or a new one. With `keep` it stays."""
        home = self.folder / self.database / name
        database = name.replace("-", "_")
        is_new = not home.exists()
        if is_new:
            home.mkdir(parents=True)
            self._make_database(database)
        ground = Ground(self.database, Installation(home, f"{self.url}/{database}" if self.url else ""), self.server)
        try:
            if is_new:
                ground.installation.command("init")
            yield ground
        except BaseException:
            keep = keep and not is_new  # half-made is worth nothing
            raise
        finally:
            if not keep:
                self._forget(home, database)

    def _make_database(self, name: str) -> None:
        if self.url:
            with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
                connection.execute(f'CREATE DATABASE "{name}"')

    def _forget(self, home: Path, name: str) -> None:
        shutil.rmtree(home, ignore_errors=True)
        if self.url:
            with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def grounds(database: str, *, folder: Path = FOLDER) -> Iterator[Grounds]:
    """Where installations on `database` are made: for PostgreSQL with a server of our own, Debian's, with its default settings.

    What no kept installation needs is removed in the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        if database == "sqlite":
            yield Grounds(database, folder)
        else:
            with _postgres(folder / "server") as (server, url):
                yield Grounds(database, folder, server, url)
    finally:
        if not any((folder / database).glob("*")):
            shutil.rmtree(folder / database, ignore_errors=True)
            if database == "postgres":
                shutil.rmtree(folder / "server", ignore_errors=True)


@contextmanager
def _postgres(folder: Path) -> Iterator[tuple[int, str]]:
    """A server in `folder` (made when it is not there): the process of its postmaster, and its address."""
    programs, log, data, port = find_programs(), folder / "log", folder / "data", free_port()
    if not data.exists():
        data.mkdir(parents=True)
        log.touch()
        if is_root():
            for path in (folder, data, log):
                shutil.chown(path, "postgres", "postgres")
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        run_unprivileged(initdb, log=log)
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "600"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run_unprivileged([*control, "-l", str(folder / "server.log"), "-o", options, "start"], log=log)
    try:
        yield int((data / "postmaster.pid").read_text().split()[0]), f"postgres://{OWNER}@127.0.0.1:{port}"
    finally:
        run_unprivileged([*control, "-m", "fast", "stop"], log=log)


def server_version(url: str) -> str:
    """The version of the PostgreSQL server at `url`."""
    with psycopg.connect(f"{url}/postgres") as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]


def kill_tree(pids: list[int]) -> None:
    """SIGKILL to processes that we started."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
