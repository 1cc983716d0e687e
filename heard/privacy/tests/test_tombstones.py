"""Marks of what was erased, in the database and beside it."""

import pytest

from heard.privacy.models import Tombstone
from heard.privacy.tombstones import buried_among, buried_pairs, bury, export_lines, is_buried, log_file, merge_log, write_log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_log():
    log_file().unlink(missing_ok=True)
    yield
    log_file().unlink(missing_ok=True)


def test_what_was_buried_is_recognised_and_cannot_be_read():
    bury("address", ["ada@example.org", "ada@example.org"])
    assert is_buried("address", "ada@example.org")
    assert not is_buried("mail", "ada@example.org")
    assert buried_among("address", ["grace@example.com", "ada@example.org"]) == {"ada@example.org"}
    assert set(buried_pairs([("address", "ada@example.org"), ("mail", "x")])) == {("address", "ada@example.org")}
    assert b"ada" not in bytes(Tombstone.objects.get().digest)


def test_the_log_beside_the_database_is_only_added_to():
    bury("mail", ["one"])
    assert (write_log(), write_log()) == (1, 0)
    bury("mail", ["two"])
    assert write_log() == 1
    assert log_file().read_text().splitlines() == list(export_lines())


def test_a_database_without_them_takes_them_from_the_log_once():
    bury("mail", ["one", "two"])
    write_log()
    moments = set(Tombstone.objects.values_list("erased_at", flat=True))
    Tombstone.objects.all().delete()
    assert (merge_log(), merge_log()) == (2, 0)
    assert is_buried("mail", "one")
    assert set(Tombstone.objects.values_list("erased_at", flat=True)) == moments


def test_a_line_that_was_cut_off_is_passed_over():
    bury("mail", ["one"])
    write_log()
    with log_file().open("a") as file:
        file.write("mail 00ff")
    bury("mail", ["two"])
    assert write_log() == 1
    Tombstone.objects.all().delete()
    assert merge_log() == 2
