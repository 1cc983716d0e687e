"""The restore drill: a backup made here opens there, on the same database and on the other, with everything in it."""

import json
import tarfile

import pytest

from tests.factories.mail import make_mail
from tests.servers.installation import Installation

COUNT = """
import django, json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "heard.settings"
django.setup()
from heard.backup.form import tables
from heard.events.seals import verify_seals
from heard.files.models import Blob
from heard.files.store import read
from heard.inbound.models import Inbound
from heard.timeline.models import Interaction
counts = {model._meta.db_table: model._base_manager.count() for model in tables()}
for passing in ("tasks", "consumers", "recurrences", "events", "event_seals"):
    counts.pop(passing, None)  # they go on by themselves
words = sorted(Interaction.objects.values_list("text", "happened_at"), key=str)
raws = sorted(len(read(inbound.blob)) for inbound in Inbound.objects.select_related("blob"))
print(json.dumps([counts, [str(word) for word in words], raws, verify_seals().is_sound]))
"""


def look(installation: Installation) -> list:
    """What an installation holds, as its own program sees it."""
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", COUNT], env=installation.environment, capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def fill(installation: Installation, folder) -> None:
    """A team, a mailbox and three conversations of the past, with a file and letters of other alphabets."""
    mbox = folder / "past.mbox"
    mails = [
        make_mail(
            "¿Dónde está mi paquete? 你好 🎒", subject="Paquete", message_id="<one@example.org>", files={"foto.png": b"\x89PNG" * 50}
        ),
        make_mail("Still waiting.", subject="Re: Paquete", in_reply_to="<one@example.org>"),
        make_mail("Opening hours?", sender="Bo <bo@example.net>"),
    ]
    mbox.write_bytes(b"".join(b"From x\n" + mail + b"\n" for mail in mails))
    installation.command("import", "mail", str(mbox), "--mailbox", "support@heard.example")


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_backup_opens_in_an_empty_home(installation, tmp_path, request, target):
    fill(installation, tmp_path)
    before = look(installation)
    backup = tmp_path / "heard.backup"

    installation.command("backup", str(backup))
    server = request.getfixturevalue("postgres_server").url().rpartition("/")[0] if target == "postgres" else ""
    with Installation.fresh(server_url=server) as elsewhere:
        elsewhere.command("restore", str(backup))
        after = look(elsewhere)
        elsewhere.command("doctor")
        again = elsewhere.command("restore", str(backup), check=False)

    assert before[0] == after[0]
    assert before[0]["interactions"] == 3
    assert before[1:] == after[1:]
    assert before[3] is True
    assert again.returncode == 1  # it is no longer empty
    assert b"already" in again.stderr


def test_a_damaged_backup_is_refused_before_anything_is_written(installation, tmp_path):
    fill(installation, tmp_path)
    backup = tmp_path / "heard.backup"
    installation.command("backup", str(backup))
    with tarfile.open(backup) as tar:
        place = next(member for member in tar if member.name.startswith("rows/interactions"))
    raw = bytearray(backup.read_bytes())
    raw[place.offset_data + place.size // 2] ^= 0xFF
    backup.write_bytes(raw)

    with Installation.fresh() as elsewhere:
        done = elsewhere.command("restore", str(backup), check=False)
        assert done.returncode == 1
        assert b"damaged" in done.stderr
        assert not (elsewhere.home / "files").exists()


def test_a_file_that_is_no_backup_is_refused_in_one_line(installation, tmp_path):
    (tmp_path / "nonsense").write_bytes(b"hello")
    with Installation.fresh() as elsewhere:
        done = elsewhere.command("restore", str(tmp_path / "nonsense"), check=False)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
