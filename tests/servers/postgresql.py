"""A PostgreSQL of the tests' own: Debian's programs, an own port, an own data folder."""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.common import ServerAbsent, free_port, is_root, server_folder, user_exists

OWNER = "heard"
HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running server. `url(name)` is the DATABASE_URL of one of its databases."""

    port: int
    folder: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str | None = None) -> str:
        """Make an empty database and return its URL."""
        name = name or f"heard_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


def find_programs() -> Path:
    """The newest /usr/lib/postgresql/*/bin, at least version 15. Raises ServerAbsent."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    versions = [path for path in versions if int(path.parent.name) >= 15]
    if not versions:
        raise ServerAbsent("PostgreSQL 15 or newer is not installed (Debian package postgresql)")
    return max(versions, key=lambda path: int(path.parent.name))


def run_unprivileged(command: list[str], *, log: Path) -> None:
    """Run a PostgreSQL program; as root through the user `postgres`, because the server refuses root."""
    if is_root():
        if not user_exists("postgres"):
            raise ServerAbsent("there is no user postgres to run PostgreSQL as")
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    with log.open("ab") as output:
        subprocess.run(command, check=True, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/")


@contextmanager
def postgresql(*, is_durable: bool = False) -> Iterator[PostgreSQL]:
    """Start a server in a temporary folder, wait until it answers, stop it in the end. Raises ServerAbsent.

    It waits for the disk only when it `is_durable`, as for measuring: what tests kill is Heard, and the server outlives it.
    """
    programs = find_programs()
    with server_folder("pg") as folder:
        log, data, port = folder / "log", folder / "data", free_port()
        data.mkdir()
        log.touch()
        if is_root():
            for path in (folder, data, log):
                os.chown(path, *_postgres_ids())
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        options += "" if is_durable else f" {HASTY}"
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        pg_ctl = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
        run_unprivileged([*initdb, "--no-sync"], log=log)
        try:
            run_unprivileged([*pg_ctl, "-l", str(folder / "server.log"), "-o", options, "start"], log=log)
            yield PostgreSQL(port=port, folder=folder)
        finally:
            run_unprivileged([*pg_ctl, "-m", "immediate", "stop"], log=log)


def _postgres_ids() -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam("postgres")
    return entry.pw_uid, entry.pw_gid
