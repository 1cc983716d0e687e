"""The command `heard`: what it answers to mistakes, what `init` leaves behind, what `doctor` finds."""

import os
import subprocess
import sys

import pytest

from tests.servers.installation import HEARD, Installation

WRONG = [
    ["frobnicate"],
    [],
    ["serve", "--port", "ninety"],
    ["import", "mail"],
    ["import", "mail", "x.mbox", "--open-since", "yesterday"],
    ["user", "add", "not an address"],
    ["user", "add", "a@example.org", "--role", "king"],
    ["backup"],
    ["person"],
    ["doctor", "--against", "nonsense"],
]


@pytest.fixture(scope="module")
def ready():
    """An installation that these tests look at."""
    with Installation.fresh(server_url=os.environ.get("HEARD_TESTS_POSTGRES", "")) as fresh:
        fresh.command("init", "--admin", "alice@example.org", "--name", "Alice")
        yield fresh


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_mistake_gets_one_helpful_line_and_code_2(ready, arguments):
    done = ready.command(*arguments, check=False)
    assert done.returncode == 2
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert done.stderr.startswith(b"heard")


def test_help_needs_no_django():
    code = "import sys, heard.cli\ntry: heard.cli.main(['--help'])\nexcept SystemExit: pass\nassert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "value"), [("HEARD_PORT", "ninety"), ("DATABASE_URL", "mysql://x"), ("HEARD_LANGUAGE", "tlh"), ("HEARD_DEBUG", "perhaps")]
)
def test_a_wrong_setting_is_named(ready, name, value):
    done = subprocess.run([HEARD, "doctor"], env=ready.environment | {name: value}, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"heard: {name}")
    assert len(done.stderr.decode().splitlines()) == 1


def test_init_makes_everything_once(ready):
    home = ready.home
    assert {path.name for path in (home / "keys").iterdir()} == {"secret", "seal", "tombstone", "mail", "field"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (home / "keys").iterdir())
    assert (home / "static" / "staticfiles.json").exists()
    before = {path.name: path.read_text() for path in (home / "keys").iterdir()}
    again = ready.command("init", "--admin", "alice@example.org")
    assert again.stdout.decode().startswith("Nothing to do")
    assert before == {path.name: path.read_text() for path in (home / "keys").iterdir()}


def test_init_notices_a_database_that_is_not_the_one_it_set_up():
    with Installation.fresh() as installation:
        installation.command("init")
        for path in installation.home.glob("heard.sqlite3*"):
            path.unlink()
        assert b"tables" in installation.command("init").stdout
        assert b"ok     database" in installation.command("doctor").stdout


def test_home_may_be_given_before_or_after_the_command(tmp_path):
    bare = {name: value for name, value in os.environ.items() if name != "HEARD_HOME" and name != "DATABASE_URL"}
    for place, arguments in [("a", ["--home", "a", "init"]), ("b", ["init", "--home", "b"])]:
        subprocess.run([HEARD, *arguments], env=bare, cwd=tmp_path, check=True, capture_output=True)
        assert (tmp_path / place / "keys" / "seal").exists()


def test_accounts_are_made_once_and_their_password_is_shown_once(ready):
    made = ready.command("user", "add", "bob@example.org", "--name", "Bob", "--team", "Support")
    assert b"Password: " in made.stdout
    again = ready.command("user", "add", "Bob@example.org", check=False)
    assert (again.returncode, again.stdout) == (1, b"")
    weak = ready.command("user", "add", "carol@example.org", "--password-stdin", stdin=b"12345\n", check=False)
    assert weak.returncode == 2
    given = ready.command("user", "add", "carol@example.org", "--password-stdin", stdin=b"a long pass phrase\n")
    assert b"Password" not in given.stdout


def test_serving_what_was_never_set_up_says_what_to_do():
    with Installation.fresh() as installation:
        for arguments in (["serve"], ["worker"]):
            done = installation.command(*arguments, check=False)
            assert done.returncode == 78
            assert b"Run: heard init" in done.stderr


def test_a_taken_port_is_named(ready):
    from heard.lib.listening import listen

    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        done = ready.command("serve", "--port", port, check=False)
    assert done.returncode == 78
    assert port.encode() in done.stderr and b"--port" in done.stderr


def test_doctor_is_content_and_then_is_not(ready):
    well = ready.command("doctor")
    assert b"WRONG" not in well.stdout
    key = ready.home / "keys" / "seal"
    key.chmod(0o644)
    ill = ready.command("doctor", check=False)
    key.chmod(0o600)
    assert ill.returncode == 1
    assert b"chmod 600" in ill.stdout
