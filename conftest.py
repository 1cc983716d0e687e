"""What only a conftest can do: overrule a fixture of a plugin. The rest is in `tests/plugin.py` and `tests/fixtures.py`."""

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Leave the names of the test databases alone: each xdist worker has its own already, and `heard serve` must find them."""
