"""docs/operations.md lists every setting that the code reads, and no other."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
# Setting names as literals of the typed helpers; the settings of keys are built from their names.
READING = re.compile(r"\benv\.(?:text|integer|flag|path|words|url|secret|number|seconds|size)\(\s*\"([A-Z_]+)\"")


def settings_read() -> set[str]:
    """What importing the settings reads, and what any other module of heard reads by a literal name."""
    script = "import django; django.setup(); from heard.lib import env; print(*env.READ)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEARD_") and name != "DATABASE_URL"}
    environment |= {"HEARD_HOME": os.environ["HEARD_HOME"], "DJANGO_SETTINGS_MODULE": "heard.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    read = set(done.stdout.split())
    for path in (ROOT / "heard").rglob("*.py"):
        if "tests" not in path.parts:
            read |= set(READING.findall(path.read_text()))
    return read


def settings_documented() -> set[str]:
    """First cells of the tables under the heading Settings: `NAME` in code marks."""
    section = re.search(r"^## Settings\n(.*?)(?=^## |\Z)", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert section, "docs/operations.md has no section Settings"
    return set(re.findall(r"^\|\s*`([A-Z_]+)`", section.group(1), flags=re.MULTILINE))


def test_the_operations_page_lists_what_is_read():
    missing = settings_read() - settings_documented() - FOR_TESTS
    assert not missing, f"describe in docs/operations.md: {sorted(missing)}"


def test_the_operations_page_lists_nothing_that_is_not_read():
    assert not settings_documented() - settings_read()


FOR_TESTS = {"HEARD_TEST_DATABASE"}
