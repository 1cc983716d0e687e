"""What staff should know, and why: short, few, with an end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from heard.lib.errors import Refusal
from heard.people.models import HeadsUp
from heard.people.services.heads_ups import end_heads_up, keep_heads_up, restore_heads_up, write_heads_up
from heard.people.together import heads_ups_of, heads_ups_to_review
from heard.privacy.services import erase_person

pytestmark = pytest.mark.django_db


def say(ada, alice, text="Call before noon.", **more):
    return write_heads_up(ada, text=text, reason=more.pop("reason", "Ada asked for it."), by=alice, **more)


def test_it_stands_with_its_reason_for_half_a_year(ada, alice):
    found = say(ada, alice)
    assert [one.text for one in heads_ups_of([ada.pk])] == ["Call before noon."]
    assert 150 < (found.review_on - timezone.localdate()).days < 200


@pytest.mark.parametrize(("text", "reason"), [("", "Why"), ("What", "  "), (" \n", "x")])
def test_without_words_or_reason_it_is_refused(ada, alice, text, reason):
    with pytest.raises(Refusal, match="and why"):
        say(ada, alice, text=text, reason=reason)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_the_day_is_to_come_and_within_a_year(ada, alice, days):
    with pytest.raises(Refusal, match="Look at it again"):
        say(ada, alice, review_on=timezone.localdate() + timedelta(days=days))


def test_sent_twice_it_is_written_once(ada, alice):
    once = uuid4()
    assert say(ada, alice, once=once).pk == say(ada, alice, once=once).pk
    assert HeadsUp.objects.count() == 1


def test_five_are_enough(ada, alice):
    standing = [say(ada, alice, text=f"Number {number}") for number in range(5)]
    with pytest.raises(Refusal, match="five"):
        say(ada, alice)
    end_heads_up(standing[0], by=alice)
    say(ada, alice)
    with pytest.raises(Refusal, match="five"):
        restore_heads_up(standing[0], by=alice)


def test_it_is_looked_at_again_kept_ended_and_restored(ada, alice, bob, charlie):
    found = say(ada, alice)
    today = timezone.localdate()
    HeadsUp.objects.update(review_on=today)
    assert [one.pk for one in heads_ups_to_review(bob, on=today)] == [found.pk]
    assert heads_ups_to_review(charlie, on=today) == []
    keep_heads_up(found, by=bob)
    assert heads_ups_to_review(bob, on=today) == []
    end_heads_up(found, by=bob)
    assert heads_ups_of([ada.pk]) == []
    with pytest.raises(Refusal):
        keep_heads_up(found, by=bob)
    restore_heads_up(found, by=alice)
    assert heads_ups_of([ada.pk]) == [found]


def test_erasing_somebody_removes_it(ada, alice):
    say(ada, alice)
    erase_person([ada.pk], by=alice)
    assert not HeadsUp.objects.exists()
    ada.refresh_from_db()
    with pytest.raises(Refusal, match="erased"):
        say(ada, alice)
