"""Words are marked, corrected, taken back; they follow who said them."""

import pytest

from heard.conversations.services.messages import add_note
from heard.events.models import Event
from heard.insights import rules
from heard.insights.models import Signal
from heard.insights.reactions import follow
from heard.insights.selectors import count_people, list_themes, marks_of, quotes_of
from heard.insights.services import marking
from heard.insights.services.marking import change_signal, mark_signal, mark_words, restore_signal, retract_signal
from heard.insights.services.themes import make_theme
from heard.people.services.decisions import decide_same
from heard.timeline.services.divisions import divide_identity, undo_division
from tests.factories import make_conversation, make_customer
from tests.factories.conversations import say
from tests.factories.people import MONDAY_MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(conversation):
    return conversation.messages.get().interaction


@pytest.fixture
def parcels(alice):
    return make_theme("Parcels", by=alice)


def test_marked_words_are_shown_as_they_were_said(said, alice, parcels):
    signal = mark_words(said, words="Where is it?", kind="question", theme=parcels, by=alice)
    (quote,) = quotes_of(Signal.objects.all(), alice)
    assert (quote.before, quote.words, quote.after) == ("I ordered a kettle a week ago. ", "Where is it?", "")
    assert quote.name == "Ada Lovelace"
    assert signal.said_at == said.happened_at
    (mark,) = marks_of([said.pk])[said.pk]
    assert (mark.kind, mark.theme) == ("question", "Parcels")
    assert Event.objects.filter(kind="signal.marked", subject_id=signal.pk).exists()


def test_the_same_words_show_several_things_and_each_once(said, alice, parcels):
    first = mark_words(said, words="a week ago", kind="problem", theme=parcels, by=alice)
    assert mark_words(said, words="a week ago", kind="problem", theme=parcels, by=alice) == first
    mark_words(said, words="a week ago", kind="wish", theme=parcels, by=alice)
    mark_words(said, words="ordered a kettle a week", kind="problem", by=alice)
    assert Signal.objects.count() == 3
    assert len(marks_of([said.pk])[said.pk]) == 3


def test_what_was_not_said_cannot_be_marked(said, alice):
    with pytest.raises(rules.WordsNotThere):
        mark_words(said, words="the teapot", kind="problem", by=alice)
    for start, end in [(0, 0), (5, 3), (0, 10_000), (-4, 3)]:
        with pytest.raises(marking.NoWords):
            mark_signal(said, start=start, end=end, kind="problem", by=alice)
    with pytest.raises(ValueError, match="not a valid"):
        mark_signal(said, start=0, end=3, kind="nonsense", by=alice)
    assert not Signal.objects.exists()


def test_our_own_words_show_nothing_but_a_note_does(conversation, ada, alice):
    ours = say(conversation, "out", "The lock slips, we know.", at=MONDAY_MORNING, author=alice)
    with pytest.raises(marking.OwnWords):
        mark_words(ours.interaction, words="slips", kind="problem", by=alice)
    note = add_note(conversation, author=alice, body="She said on the phone that the lock slips.")
    signal = mark_words(note.interaction, words="the lock slips", kind="problem", by=alice)
    assert signal.identity == ada
    assert quotes_of(Signal.objects.all(), alice)[0].is_second_hand


def test_a_correction_keeps_what_was_said_before(said, alice, bob, parcels):
    signal = mark_words(said, words="Where is it?", kind="question", by=alice)
    change_signal(signal, kind="problem", theme=parcels, by=bob)
    change = signal.changes.get()
    assert (change.was_kind, change.was_theme, change.kind, change.theme, change.by) == ("question", None, "problem", parcels, bob)
    change_signal(signal, kind="problem", theme=parcels, by=bob)
    assert signal.changes.count() == 1
    other = mark_words(said, words="Where is it?", kind="wish", by=alice)
    with pytest.raises(marking.MarkedAlready):
        change_signal(other, kind="problem", theme=parcels, by=bob)


def test_what_was_taken_back_counts_no_more_until_it_is_given_back(said, alice, parcels):
    signal = mark_words(said, words="Where is it?", kind="question", theme=parcels, by=alice)
    for _ in range(2):
        retract_signal(signal, by=alice)
        assert list_themes()[0].people == 0
        assert marks_of([said.pk]) == {}
    assert Event.objects.filter(kind="signal.retracted").count() == 1
    restore_signal(signal, by=alice)
    assert list_themes()[0].people == 1
    retract_signal(signal, by=alice)
    mark_words(said, words="Where is it?", kind="question", theme=parcels, by=alice)
    with pytest.raises(marking.MarkedAlready):
        restore_signal(signal, by=alice)


def test_people_count_not_messages(mailbox, alice, ada, parcels, conversation):
    home = make_customer("ada@home.example", name="Ada", audience=mailbox.audience)
    grace = make_customer("grace@example.com", name="Grace", audience=mailbox.audience)
    for customer in (ada, ada, home, grace):
        message = make_conversation(mailbox, customer=customer).messages.get()
        mark_words(message.interaction, words="Where is it?", kind="question", theme=parcels, by=alice)
    assert count_people(Signal.objects.all()) == 3
    decide_same(ada, home, by=alice)
    assert count_people(Signal.objects.all()) == 2
    assert list_themes()[0].people == 2


def test_words_of_other_teams_are_counted_and_not_read(said, alice, charlie, parcels):
    mark_words(said, words="Where is it?", kind="question", theme=parcels, by=alice)
    assert quotes_of(Signal.objects.all(), charlie) == []
    assert not Signal.objects.visible_to(charlie).exists()
    assert list_themes()[0].people == 1


def test_signals_follow_a_division_and_back(ada, conversation, alice, said):
    say(conversation, "in", "And my kettle?", at=MONDAY_MORNING)
    signal = mark_words(said, words="Where is it?", kind="question", by=alice)
    division = divide_identity(ada, interaction_ids=[said.pk], name="Annabella", by=alice)
    for _ in range(2):
        follow(list(Event.objects.filter(kind__in=["identity.divided", "identity.changed"]).order_by("pk")))
        signal.refresh_from_db()
        assert signal.identity == division.new_identity
    undo_division(division, by=alice)
    follow(list(Event.objects.filter(kind__in=["identity.divided", "identity.changed"]).order_by("pk")))
    signal.refresh_from_db()
    assert signal.identity == ada


def test_reading_costs_the_same_for_one_and_for_many(mailbox, alice, ada, parcels, django_assert_num_queries):
    for number in range(12):
        message = make_conversation(mailbox, customer=ada).messages.get()
        mark_words(message.interaction, words="Where is it?", kind="question", theme=parcels, by=alice)
        if number in (0, 11):
            ids = list(Signal.objects.values_list("interaction_id", flat=True))
            alice.__dict__.pop("_readable_audience_ids", None)
            with django_assert_num_queries(3):
                assert len(quotes_of(Signal.objects.all(), alice)) == number + 1
            with django_assert_num_queries(2):
                list_themes()
            with django_assert_num_queries(1):
                marks_of(ids)
