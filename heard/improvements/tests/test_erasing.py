"""Somebody who spoke for a change is erased: their words go from its evidence, they stay counted, and others' words stay where they are."""

import pytest

from heard.improvements.selectors import evidence_of, people_who_raised, voices_of
from heard.improvements.services.deciding import decide
from heard.improvements.services.evidence import add_evidence
from heard.improvements.services.proposing import change_improvement, propose_improvement
from heard.insights.models import Signal
from heard.insights.selectors import list_themes, marks_of, quotes_of
from heard.insights.services.marking import NoWords, mark_signal, mark_words, restore_signal, retract_signal
from heard.insights.services.themes import make_theme
from heard.people.services.decisions import decide_same
from heard.privacy.services import erase_person, preview_erasure
from heard.promises.services.policies import ensure_defaults
from heard.timeline.models import Interaction
from tests.factories import arrive, make_mail
from tests.factories.people import make_customer

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "Ada Zyxwvut <ada@zyxwvut.example>"
GRACE = "Grace Hopper <grace@example.com>"


@pytest.fixture
def letters(mailbox):
    """Ada wrote; Grace answered to both, naming and quoting her."""
    ensure_defaults()
    first = arrive(
        make_mail("The lower lock slips on every wet descent.", sender=ADA, cc=GRACE, message_id="<1@zyxwvut.example>"), mailbox=mailbox
    )
    second = arrive(
        make_mail(
            "As Ada Zyxwvut says: the lower lock slips on every wet descent.\nMine gives way on ice too. It does give way.",
            sender=GRACE, in_reply_to="<1@zyxwvut.example>", message_id="<2@example.com>",
        ),
        mailbox=mailbox,
    )  # fmt: skip
    return first.interaction, second.interaction


def test_evidence_loses_the_words_and_keeps_the_count(letters, alice, dora):
    hers, others = letters
    theme = make_theme("Pole lock", by=alice)
    signals = [
        mark_words(hers, words="The lower lock slips", kind="problem", theme=theme, by=alice),
        mark_words(others, words="Mine gives way on ice too.", kind="problem", theme=theme, by=alice),
        mark_words(others, words="give way", kind="wish", by=alice),
        mark_words(others, words="As Ada Zyxwvut says", kind="praise", by=alice),
    ]
    improvement = propose_improvement("What Ada Zyxwvut wants", signals=signals[:2], by=alice)
    change_improvement(improvement, title="A lock for Zyxwvut", by=alice)
    decide(improvement, state="planned", public_reason="Ada Zyxwvut is right.", by=alice)
    ada = signals[0].identity
    assert {one.store: one.rows for one in preview_erasure([ada.pk])}["signals"] == 1
    assert Signal.objects.get(pk=signals[0].pk).end > 0

    erasure = erase_person([ada.pk], by=dora)
    assert {one["store"]: (one["rows"], one["stays"]) for one in erasure.outcomes}["improvements"] == (3, 1)
    rows = {row.pk: row for row in Signal.objects.all()}
    text = Interaction.objects.get(pk=others.pk).text
    assert [(rows[one.pk].start, rows[one.pk].end) for one in signals[:1]] == [(0, 0)]
    assert [text[rows[one.pk].start : rows[one.pk].end] for one in signals[1:]] == [
        "Mine gives way on ice too.",
        "give way",
        "As [erased] says",
    ]
    assert voices_of([improvement.pk])[improvement.pk].people_for == list_themes()[0].people == 2
    assert [one.quote.name for one in evidence_of(improvement, alice)] == ["Grace Hopper"]
    assert [one.identity_id for one in people_who_raised(improvement)] == [signals[1].identity_id]
    assert marks_of([hers.pk]) == {}
    rest = [*improvement.changes.values_list("was", flat=True), *improvement.decisions.values_list("public_reason", flat=True)]
    assert "Zyxwvut" not in "".join([*rest, type(improvement).objects.get().title])


def test_nothing_is_marked_in_what_was_erased(letters, alice, dora):
    hers, _ = letters
    signal = retract_signal(mark_words(hers, words="lower lock", kind="problem", by=alice), by=alice)
    erase_person([signal.identity_id], by=dora)
    with pytest.raises(NoWords):
        mark_signal(hers, start=0, end=4, kind="problem", by=alice)
    with pytest.raises(NoWords):
        restore_signal(signal, by=alice)
    (quote,) = quotes_of(Signal.objects.all(), alice)
    assert quote.is_erased and (quote.words, quote.before, quote.after, quote.name) == ("", "", "", "")


def test_whoever_was_two_and_is_one_counts_once_after_an_erasure(letters, mailbox, alice, dora):
    hers, others = letters
    one, other = (mark_words(said, words="lower lock", kind="problem", by=alice) for said in (hers, others))
    improvement = propose_improvement("A lock", by=alice)
    add_evidence(improvement, [one, other], by=alice)
    decide_same(one.identity, other.identity, by=alice)
    make_customer("joan@example.org", name="Joan Clarke", audience=mailbox.audience)
    erase_person([one.identity_id, other.identity_id], by=dora)
    assert voices_of([improvement.pk])[improvement.pk].people_for == 1
    assert people_who_raised(improvement) == []
