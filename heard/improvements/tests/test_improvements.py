"""A change is proposed, worded, decided; people speak for it and against it."""

import uuid

import pytest

from heard.accounts.selectors import readable_audience_ids
from heard.events.models import Event
from heard.improvements.models import Decision, Evidence, Improvement
from heard.improvements.selectors import (
    count_improvements,
    current_decision,
    evidence_of,
    list_improvements,
    people_who_raised,
    voices_of,
)
from heard.improvements.services import deciding, proposing
from heard.improvements.services.collecting import NothingChosen, add_alike
from heard.improvements.services.deciding import decide
from heard.improvements.services.evidence import SignalIsGone, add_evidence, restore_evidence, withdraw_evidence
from heard.improvements.services.proposing import change_improvement, propose_improvement
from heard.improvements.views.improvements import steps_of
from heard.insights.services.marking import mark_words, retract_signal
from heard.insights.services.themes import make_theme
from heard.people.services.decisions import decide_same, retract_decision
from tests.factories import make_conversation, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def speak(mailbox, alice):
    """`speak("grace")`: a customer of that name asks where something is, and Alice marks it."""

    def speak(name, kind="problem"):
        customer = make_customer(f"{name}@example.org", name=name.title(), audience=mailbox.audience)
        message = make_conversation(mailbox, customer=customer).messages.get()
        return mark_words(message.interaction, words="Where is it?", kind=kind, by=alice)

    return speak


@pytest.fixture
def improvement(alice):
    return propose_improvement("Parcels that come", by=alice)


def test_a_proposal_begins_with_being_considered(alice, bob, speak):
    once = uuid.uuid4()
    signals = [speak("ada"), speak("grace")]
    improvement = propose_improvement(
        "  Parcels\nthat come ", expected_effect="half as many", owner=bob, signals=signals, by=alice, once=once
    )
    assert (improvement.title, improvement.owner, current_decision(improvement).state) == ("Parcels that come", bob, "considering")
    assert propose_improvement("Again", by=alice, once=once) == improvement
    assert voices_of([improvement.pk])[improvement.pk].people_for == 2
    with pytest.raises(proposing.NoTitle):
        propose_improvement("  ", by=alice)
    assert Event.objects.filter(kind="improvement.proposed").count() == 1


def test_what_was_expected_beforehand_stays_on_record(improvement, alice, bob):
    change_improvement(improvement, expected_effect="half as many", by=alice)
    change_improvement(improvement, expected_effect="a quarter less", by=alice)
    change_improvement(improvement, expected_effect="a quarter less", by=alice)
    assert [(one.field, one.was) for one in improvement.changes.order_by("pk")] == [
        ("expected_effect", ""),
        ("expected_effect", "half as many"),
    ]
    with pytest.raises(proposing.NotYourImprovement, match="Alice"):
        change_improvement(improvement, title="Mine", by=bob)


def test_every_decision_stays_and_the_last_one_holds(improvement, alice, bob, dora):
    once = uuid.uuid4()
    decide(improvement, state="planned", by=alice)
    decide(improvement, state="doing", public_reason="First hundred.", is_public=True, by=dora, once=once)
    decide(improvement, state="doing", public_reason="First hundred.", is_public=True, by=dora, once=once)
    decide(improvement, state="doing", public_reason="First hundred.", is_public=True, by=alice)
    assert [one.state for one in improvement.decisions.order_by("pk")] == ["considering", "planned", "doing"]
    assert current_decision(improvement).public_reason == "First hundred."
    with pytest.raises(deciding.NoNeedsReason):
        decide(improvement, state="declined", public_reason="  ", by=alice)
    with pytest.raises(deciding.NothingToShow):
        decide(improvement, state="done", is_public=True, by=alice)
    with pytest.raises(proposing.NotYourImprovement):
        decide(improvement, state="done", by=bob)
    assert [event.data["state"] for event in Event.objects.filter(kind="improvement.decided").order_by("pk")] == ["planned", "doing"]


def test_the_way_of_an_improvement_ends_done_or_with_a_no():
    def way(*states):
        return [
            (step.name, step.decision is not None, step.is_here) for step in steps_of([Decision(state=state) for state in reversed(states)])
        ]

    assert way("considering", "doing") == [
        ("considering", True, False), ("planned", False, False), ("doing", True, True), ("done", False, False)
    ]  # fmt: skip
    assert way("considering", "planned", "declined") == [("considering", True, False), ("planned", True, False), ("said no", True, True)]
    assert way("considering", "done", "considering")[0] == ("considering", True, True)


def test_people_count_for_and_against_each_once(improvement, alice, speak):
    twice = [speak("ada"), speak("ada"), speak("grace")]
    add_evidence(improvement, twice, by=alice)
    add_evidence(improvement, [speak("joan")], is_against=True, by=alice)
    voices = voices_of([improvement.pk])[improvement.pk]
    assert (voices.people_for, voices.people_against, voices.signals) == (2, 1, 4)
    add_evidence(improvement, twice, by=alice)
    assert Evidence.objects.count() == 4
    raised = people_who_raised(improvement)
    assert [one.signal_id for one in raised] == [twice[2].pk, twice[1].pk]
    assert {one.channel for one in raised} == {"email"}


def test_who_changes_sides_leaves_a_row(improvement, alice, bob, speak):
    signal = speak("ada")
    (first,) = add_evidence(improvement, [signal], by=alice)
    (second,) = add_evidence(improvement, [signal], is_against=True, by=bob)
    first.refresh_from_db()
    assert (first.withdrawn_by, second.is_against) == (bob, True)
    assert voices_of([improvement.pk])[improvement.pk].people_for == 0
    withdraw_evidence(second, by=bob)
    withdraw_evidence(second, by=bob)
    assert voices_of([improvement.pk]) == {}
    restore_evidence(second, by=bob)
    assert voices_of([improvement.pk])[improvement.pk].people_against == 1
    retract_signal(signal, by=alice)
    assert voices_of([improvement.pk]) == {}
    with pytest.raises(SignalIsGone):
        restore_evidence(second, by=bob)


def test_joined_people_are_one_and_parted_ones_two(improvement, alice, speak):
    ada, other = speak("ada"), speak("augusta")
    add_evidence(improvement, [ada, other], by=alice)
    decision = decide_same(ada.identity, other.identity, by=alice)
    (one,) = people_who_raised(improvement)
    assert (one.identity_id, one.conversation_id) == (other.identity_id, other.interaction.message.conversation_id)
    retract_decision(decision, by=alice)
    assert len(people_who_raised(improvement)) == 2


def test_words_of_other_teams_count_and_stay_unread(improvement, alice, charlie, speak):
    add_evidence(improvement, [speak("ada")], by=alice)
    assert evidence_of(improvement, charlie) == []
    assert voices_of([improvement.pk])[improvement.pk].people_for == 1
    assert evidence_of(improvement, alice)[0].quote.words == "Where is it?"
    with pytest.raises(NothingChosen):
        add_alike(improvement, [(Evidence.objects.get().signal.interaction_id, 0, 5)], kind="problem", theme=None, by=charlie)


def test_the_list_shows_what_is_in_hand_and_costs_the_same_for_many(alice, speak, django_assert_num_queries):
    theme = make_theme("Parcels", by=alice)
    readable_audience_ids(alice)
    for number in range(11):
        improvement = propose_improvement(f"Change {number}", signals=[speak(f"somebody{number}")], by=alice)
        if number in (0, 10):
            with django_assert_num_queries(3):
                assert len(list_improvements("open")) == number + 1
            with django_assert_num_queries(3):
                evidence_of(improvement, alice)
    decide(improvement, state="done", by=alice)
    other = Improvement.objects.get(title="Change 1")
    decide(other, state="declined", public_reason="It would cost everybody.", by=alice)
    assert count_improvements() == {"open": 9, "done": 1, "declined": 1, "all": 11}
    assert [line.improvement for line in list_improvements("all", limit=2)] == [other, improvement]
    assert list_improvements("all", signals_of=theme.pk) == []
