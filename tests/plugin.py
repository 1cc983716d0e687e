"""What every pytest run of Heard needs before Django is loaded: a home of its own, a database of its own, keys of its own.

`HEARD_TEST_DB` chooses the database: `sqlite` (a file, because workers, browser and killed processes must see it too) or
`postgres` (a server that this run starts and stops). Each pytest-xdist worker has its own home and its own database.
The fixtures are in `tests/fixtures.py`.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers import ServerAbsent, postgresql
from tests.servers.common import ServerFailed

pytest_plugins = ["tests.fixtures"]

FOLDER = "HEARD_TESTS_FOLDER"  # made by the first process, used by its xdist workers
SERVER = "HEARD_TESTS_POSTGRES"  # address of the server, without a database
_resources = ExitStack()
# A busy machine is no counter-example: nothing here is tested by the clock.
settings.register_profile("heard", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("heard")

atexit.register(_resources.close)  # also when the settings cannot be loaded and no hook is called any more


def database_kind() -> str:
    """`sqlite` or `postgres`. Raises pytest.UsageError for anything else."""
    kind = os.environ.get("HEARD_TEST_DB", "sqlite")
    if kind not in {"sqlite", "postgres"}:
        raise pytest.UsageError(f"HEARD_TEST_DB is {kind!r}; it may be sqlite or postgres")
    return kind


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set the environment before pytest-django reads the settings."""
    for name in list(os.environ):
        if name.startswith("HEARD_") and name not in {FOLDER, SERVER, "HEARD_SCORES"} and not name.startswith("HEARD_TEST"):
            del os.environ[name]  # the tests describe an installation with default settings
    os.environ.pop("DATABASE_URL", None)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if worker == "main":
        _make_shared_ground()
    home = Path(os.environ[FOLDER]) / worker
    home.mkdir(parents=True, exist_ok=True)
    os.environ["HEARD_HOME"] = str(home)
    os.environ["HEARD_CHECK_SIGNATURES"] = "0"  # tests ask nobody in the network
    os.environ["HEARD_TEST_DATABASE"] = str(home / "heard.sqlite3")  # where `heard serve` looks for it
    if server := os.environ.get(SERVER):
        os.environ["DATABASE_URL"] = f"{server}/heard_{worker}"


def _make_shared_ground() -> None:
    folder = tempfile.mkdtemp(prefix="heard-tests-", dir="/tmp")
    _resources.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ[FOLDER] = folder
    os.environ.pop(SERVER, None)
    if database_kind() == "postgres":
        try:
            server = _resources.enter_context(postgresql())
        except (ServerAbsent, ServerFailed) as reason:
            raise pytest.UsageError(f"HEARD_TEST_DB=postgres: {reason}") from None
        os.environ[SERVER] = server.url("").rstrip("/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="leave out the apps' tests that touch no database: the second run of two")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first, so that two workers end together; with --only-database, without what the choice of database cannot change."""
    items.sort(key=lambda item: not item.path.is_relative_to(Path(__file__).parent))  # flows and running installations stand here
    if not config.getoption("--only-database"):
        return
    kept = [item for item in items if _may_touch_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _may_touch_a_database(item: pytest.Item) -> bool:
    if item.path.is_relative_to(Path(__file__).parent) and "conventions" not in item.path.parts:
        return True  # flows and running installations
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db", "django_db_setup"})


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    _resources.close()


def pytest_report_header() -> str:
    return f"heard: database {database_kind()}, home {os.environ.get('HEARD_HOME')}"
