"""A change to the log by somebody without the key is found."""

from datetime import timedelta

import pytest
from django.db import transaction

from heard.events import NewEvent, record_event, record_events
from heard.events import seals as seals_module
from heard.events.models import Event, Seal
from heard.events.seals import digest, head, prune, seal_due, seal_now, verify_seals
from heard.events.stream import events_after
from heard.events.stream import head as newest
from heard.lib.time import now

pytestmark = pytest.mark.django_db


def add(count=1, **fields):
    with transaction.atomic():
        record_events([NewEvent("user.changed", ("user", n), fields=fields) for n in range(1, count + 1)])


def problems():
    return verify_seals().problems


def test_an_untouched_log_verifies(monkeypatch):
    monkeypatch.setattr(seals_module, "BLOCK", 10)
    add(25, role="agent")
    assert seal_now() == 3
    found = verify_seals()
    assert (found.seals, found.events, found.absent, found.problems) == (3, 25, 0, [])
    assert list(Seal.objects.order_by("number").values_list("first_position", "last_position")) == [(1, 10), (11, 20), (21, 25)]
    assert seal_now() == 0


def test_blocks_are_closed_when_they_are_full_or_a_minute_old(monkeypatch):
    assert seal_due() == 0
    monkeypatch.setattr(seals_module, "BLOCK", 10)
    add(3)
    assert seal_due() == 0
    assert seal_due(now() + timedelta(minutes=2)) == 1
    add(12)
    assert seal_due() == 1
    assert head().last_position == 13


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"role": "admin"}},
        {"kind": "user.added"},
        {"actor_kind": "user", "actor_id": 1},
        {"subject_id": 99},
        {"at": now()},
        {"is_history": True},
        {"caused_by": 1},
        {"canonical": "{}"},
    ],
)
def test_an_edited_row_is_found(change):
    add(3, role="agent")
    seal_now()
    Event.objects.filter(position=2).update(**change)
    assert problems() == [("event_changed", 2)]


def test_an_edit_that_rewrites_the_sealed_text_as_well_is_found():
    add(3, role="agent")
    seal_now()
    event = Event.objects.get(position=2)
    event.data = {"role": "admin"}
    event.canonical = event.canonical.replace("agent", "admin")
    event.save()
    assert problems() == [("event_changed", 2)]


def test_who_may_see_an_event_may_change():
    add(3)
    seal_now()
    Event.objects.update(audience_id=5)
    assert problems() == []


def test_a_chain_recomputed_without_the_key_is_found():
    add(3, role="agent")
    seal_now()
    event = Event.objects.get(position=2)
    event.data = {"role": "admin"}
    event.canonical = event.canonical.replace("agent", "admin")
    event.save()
    seal = Seal.objects.get()
    seal.leaves = b"".join(seals_module.leaf(one.position, one.canonical) for one in events_after(0))
    seal.digest = digest(seal)
    seal.save()
    assert problems() == [("seal_not_ours", 1)]


def test_a_removed_or_changed_block_is_found(monkeypatch):
    monkeypatch.setattr(seals_module, "BLOCK", 2)
    add(6)
    seal_now()
    Seal.objects.filter(number=2).update(sealed_at=now() - timedelta(days=1))
    assert problems() == [("seal_changed", 2)]
    Seal.objects.filter(number=2).delete()
    assert problems() == [("seal_missing", 2)]


def test_a_log_cut_off_at_its_end_is_found_by_an_anchor(monkeypatch):
    monkeypatch.setattr(seals_module, "BLOCK", 2)
    add(4)
    seal_now()
    anchor = head()
    Event.objects.filter(position__gt=2).delete()
    Seal.objects.filter(number=2).delete()
    assert problems() == []
    assert verify_seals([anchor]).problems == [("anchor_differs", 2)]


def test_a_removed_event_is_found_and_one_removed_by_retention_is_not():
    add(5)
    seal_now()
    assert prune({"user.added"}, before=now()) == 0
    assert prune({"user.changed"}, before=now() + timedelta(seconds=1)) == 5
    seal_now()
    found = verify_seals()
    assert (found.absent, found.problems) == (5, [])
    add(2)
    seal_now()
    Event.objects.filter(kind="user.changed").first().delete()
    assert problems() == [("events_missing", 1)]


def test_retention_leaves_what_is_not_sealed_and_positions_go_on():
    add(2)
    assert prune({"user.changed"}, before=now() + timedelta(seconds=1)) == 0
    seal_now()
    prune({"user.changed"}, before=now() + timedelta(seconds=1))
    with transaction.atomic():
        record_event("user.added", ("user", 1))
    assert newest() == 4


def test_an_event_put_into_a_sealed_gap_is_found():
    add(3)
    newest()
    Event.objects.filter(position=2).delete()
    seal_now()
    row = Event.objects.get(position=3)
    row.pk, row.position = None, 2
    row.save(force_insert=True)
    assert ("event_added", 2) in problems()
