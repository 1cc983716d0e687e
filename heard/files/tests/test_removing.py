"""Bytes go when nothing names them, and not before."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from heard.files import store
from heard.files.models import Blob
from heard.lib.time import now
from heard.timeline.models import Attachment
from tests.factories import make_conversation

pytestmark = pytest.mark.django_db


def path_of(blob: Blob) -> Path:
    return Path(settings.HOME) / "files" / blob.place.partition(":")[0]


def test_bytes_in_a_file_of_their_own_go_with_the_row():
    blob = store.put(b"alone in its file")
    assert store.delete_unreferenced(blob)
    assert not path_of(blob).exists()
    assert not Blob.objects.filter(digest=blob.digest).exists()
    assert not store.delete_unreferenced(blob)


def test_bytes_in_a_pack_are_overwritten_and_their_neighbours_stay():
    one, two, three = store.put_many([b"first of three", b"second of three", b"third of three"])
    assert store.delete_unreferenced(two)
    assert (store.read(one), store.read(three)) == (b"first of three", b"third of three")
    assert b"second" not in path_of(one).read_bytes()


def test_what_something_names_stays(mailbox):
    blob = store.put(b"named by a message")
    interaction = make_conversation(mailbox).last_interaction
    Attachment.objects.create(interaction=interaction, blob=blob, name="a", content_type="text/plain", size=blob.size)
    assert not store.delete_unreferenced(blob)
    assert store.read(blob) == b"named by a message"


def test_a_content_that_came_alone_after_it_came_in_a_pack_leaves_no_copy():
    [packed, _] = store.put_many([b"came twice", b"beside it"])
    store.write({packed.digest: b"came twice"})
    assert store.delete_unreferenced(packed)
    assert not any(b"came twice" in path.read_bytes() for path in (Path(settings.HOME) / "files").rglob("*") if path.is_file())


def test_a_content_that_is_kept_already_is_not_packed_again():
    store.put(b"kept already")
    before = sum(b"kept already" in path.read_bytes() for path in (Path(settings.HOME) / "files").rglob("*") if path.is_file())
    blobs = store.put_many([b"kept already", b"quite new", b"new as well"])
    after = sum(b"kept already" in path.read_bytes() for path in (Path(settings.HOME) / "files").rglob("*") if path.is_file())
    assert (before, after) == (1, 1)
    assert [store.read(blob) for blob in blobs] == [b"kept already", b"quite new", b"new as well"]


def test_whoever_records_what_was_removed_meanwhile_is_told():
    [place] = store.write({store.digest_of(b"gone meanwhile"): b"gone meanwhile"})
    (Path(settings.HOME) / "files" / place.place).unlink()
    with pytest.raises(OSError, match="/"):
        store.record([place])


def test_what_a_crash_left_is_swept_a_day_later_and_nothing_else():
    kept = store.put(b"recorded")
    packed = store.put_many([b"recorded too", b"recorded as well"])[0]
    [litter] = store.write({store.digest_of(b"never recorded"): b"never recorded"})
    lost = Path(settings.HOME) / "files" / litter.place
    assert store.sweep(before=now() - timedelta(days=1)) == 0
    long_ago = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    for path in (lost, path_of(kept), path_of(packed)):
        os.utime(path, (long_ago, long_ago))
    store.sweep(before=now() - timedelta(days=1))
    assert not lost.exists()
    assert (store.read(kept), store.read(packed)) == (b"recorded", b"recorded too")
