"""An installation of Heard as its owner has it: a home, a database, the command `heard`, processes."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.common import answers, free_port, stop, wait_until

HEARD = str(Path(sys.executable).with_name("heard"))


@dataclass(frozen=True, slots=True)
class RunningApp:
    """A `heard serve` that answers at `url`; `lmtp_port` is where its LMTP listener is."""

    url: str
    port: int
    lmtp_port: int
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(frozen=True, slots=True)
class Installation:
    """A home folder and a database. `database_url` is empty for SQLite in the home."""

    home: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def fresh(cls, *, server_url: str = "") -> Iterator["Installation"]:
        """A new, empty home, removed afterwards; with the address of a PostgreSQL server, a new database on it."""
        import psycopg

        with tempfile.TemporaryDirectory(prefix="heard-home-", dir="/tmp", ignore_cleanup_errors=True) as folder:
            database_url = ""
            if server_url:
                name = f"heard_{uuid.uuid4().hex[:12]}"
                with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
                    connection.execute(f'CREATE DATABASE "{name}"')
                database_url = f"{server_url}/{name}"
            yield cls(home=Path(folder), database_url=database_url)

    @classmethod
    def of_this_test(cls) -> "Installation":
        """The home and database that the running test itself uses."""
        from django.db import connection

        database_url = ""
        if connection.vendor == "postgresql":
            database_url = f"{os.environ['HEARD_TESTS_POSTGRES']}/{connection.settings_dict['NAME']}"
        return cls(home=Path(os.environ["HEARD_HOME"]), database_url=database_url)

    @property
    def environment(self) -> dict[str, str]:
        """The environment its commands run in: this one, without any other installation's settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("HEARD_") and name not in {"DATABASE_URL", "PORT", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        }
        kept["HEARD_HOME"] = str(self.home)
        kept["HEARD_CHECK_SIGNATURES"] = "0"  # tests ask nobody in the network
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept | self.settings

    def command(self, *arguments: str, stdin: bytes = b"", check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[bytes]:
        """Run `heard …` to its end. With `check`, a non-zero exit fails the test and shows what was printed."""
        done = subprocess.run([HEARD, *arguments], input=stdin, capture_output=True, env=self.environment, timeout=timeout, check=False)
        if check and done.returncode != 0:
            printed = (done.stdout + done.stderr).decode(errors="replace")
            raise AssertionError(f"heard {' '.join(arguments)} ended with {done.returncode}:\n{printed[-4000:]}")
        return done

    def start(self, *arguments: str, log: Path, **settings: str) -> subprocess.Popen[bytes]:
        """Start a long-running `heard …`; the caller stops it."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [HEARD, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self.environment | settings
            )

    @contextmanager
    def serve(self, *arguments: str, **settings: str) -> Iterator[RunningApp]:
        """`heard serve` on a free port, ready to answer; stopped afterwards."""
        port, lmtp_port = free_port(), free_port()
        log = self.home / f"serve-{port}.log"
        own = {"HEARD_PORT": str(port), "HEARD_LMTP_ADDRESS": f"127.0.0.1:{lmtp_port}", "HEARD_URL": f"http://127.0.0.1:{port}"}
        process = self.start("serve", *arguments, log=log, **own, **settings)
        try:
            wait_until(lambda: answers(port) and _answers_http(port), process=process, log=log, seconds=60)
            yield RunningApp(url=own["HEARD_URL"], port=port, lmtp_port=lmtp_port, process=process, log=log)
        finally:
            stop(process)


def _answers_http(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
