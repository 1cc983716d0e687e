"""How far the loop is closed: people, each once, compared with a slow and obvious twin."""

from collections import defaultdict
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.improvements.loop_selectors import loop_figures, people_owed, told_figures
from heard.improvements.models import Decision, Evidence, LoopStanding, Telling, Told
from heard.improvements.services.answering import answer_telling
from heard.improvements.services.evidence import add_evidence, withdraw_evidence
from heard.improvements.services.loop import DECIDED, rebuild_loop, refresh_identities
from heard.improvements.services.telling import queue_telling, tell_everyone, write_telling
from heard.improvements.tests.scene import ask_for_it, change, finish
from heard.insights.models import Kind, Signal
from heard.insights.services.marking import retract_signal
from heard.people.models import Identity, LinkDecision
from heard.people.services.decisions import decide_same, retract_decision
from heard.privacy.services import erase_person
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mailbox, make_team, make_user, work_off

_numbers = count(1)


@pytest.fixture
def mailbox(db):
    ensure_defaults()
    return make_mailbox(make_team())


@pytest.fixture
def dora(mailbox):
    return make_user("Dora", role="lead", teams=(mailbox.team,))


def tell(improvement, by):
    telling = write_telling(improvement, by=by, text_en="It holds.")
    tell_everyone(telling, by=by)
    queue_telling(telling.pk)
    arrive(telling)


def arrive(telling):
    """Every mail was taken by the other server."""
    telling.refresh_from_db()
    Told.objects.filter(telling=telling, state="queued").update(state="told", told_at=telling.queued_at)


def slow_figures():
    """The same, person by person, from what is written down."""
    people = defaultdict(list)
    for identity in Identity.objects.all():
        people[identity.person_number].append(identity.pk)
    figures = dict.fromkeys(("spoke", "considered", "decided", "told", "confirmed", "owed"), 0)
    for identities in people.values():
        signals = Signal.objects.filter(identity__in=identities, retracted_at=None)
        evidence = Evidence.objects.filter(signal__in=signals, withdrawn_at=None)
        if not (signals.exclude(kind=Kind.PRAISE).exists() or evidence.exists()):
            continue
        told = Told.objects.filter(identity__in=identities, decision__state__in=DECIDED)
        arrived = told.filter(state="told").exists()
        changes = set(evidence.values_list("improvement_id", flat=True))
        figures["spoke"] += 1
        figures["considered"] += bool(changes) or arrived
        figures["decided"] += Decision.objects.filter(improvement__in=changes, state__in=DECIDED).exists() or arrived
        figures["told"] += arrived
        figures["confirmed"] += told.filter(answer="solved").exists()
        asked_for = set(evidence.filter(is_against=False).values_list("improvement_id", flat=True))
        last = [Decision.objects.filter(improvement=number).latest("pk") for number in asked_for]
        figures["owed"] += any(
            one.state in DECIDED and not told.filter(decision=one, state__in=["told", "queued"]).exists() for one in last
        )
    return figures


def quick_figures():
    found = loop_figures()
    return {"spoke": found.spoke, "owed": found.owed} | {one.state: one.people for one in found.reached}


def test_nobody_spoke(db):
    figures = loop_figures()
    assert (figures.spoke, figures.owed) == (0, 0)
    assert all(one.share is None and one.median_hours is None for one in figures.reached)


@pytest.mark.django_db
def test_the_figures_follow_what_happens(mailbox, dora):
    signals = ask_for_it(mailbox, dora, 6)
    made = change(dora, signals[:4])
    work_off()
    assert quick_figures() == slow_figures()
    assert (loop_figures().spoke, loop_figures().of("considered").people) == (6, 4)
    finish(made, dora)
    work_off()
    assert loop_figures().owed == 4
    tell(made, dora)
    answer_telling(Told.objects.order_by("pk").first(), answer="solved")
    work_off()
    assert quick_figures() == slow_figures() == {"spoke": 6, "considered": 4, "decided": 4, "told": 4, "confirmed": 1, "owed": 0}
    retract_signal(signals[5], by=dora)
    withdraw_evidence(Evidence.objects.first(), by=dora)
    decision = decide_same(signals[1].identity, signals[2].identity, by=dora)
    work_off()
    assert quick_figures() == slow_figures()
    assert loop_figures().spoke == 4
    retract_decision(decision, by=dora)
    work_off()
    assert quick_figures() == slow_figures()


@pytest.mark.django_db
def test_a_no_counts_as_told_only_when_it_was(mailbox, dora):
    made = change(dora, ask_for_it(mailbox, dora, 2))
    finish(made, dora, state="declined", reason="Too dear.")
    work_off()
    assert (loop_figures().of("decided").people, loop_figures().of("told").people, loop_figures().owed) == (2, 0, 2)
    people, number = people_owed(dora)
    assert (len(people), number) == (2, 2)
    assert people_owed(make_user("Charlie", teams=(make_team("Sales"),))) == ([], 2)
    tell(made, dora)
    rebuild_loop()
    assert (loop_figures().of("told").people, loop_figures().owed) == (2, 0)


@pytest.mark.django_db
def test_times_are_counted_from_their_first_words(mailbox, dora):
    (signal,) = ask_for_it(mailbox, dora)
    made = change(dora, [signal])
    Evidence.objects.update(at=signal.said_at + timedelta(days=3))
    Decision.objects.filter(improvement=made).update(at=signal.said_at)
    rebuild_loop()
    assert loop_figures().of("considered").median_hours == 72
    assert loop_figures(signal.said_at + timedelta(seconds=1)).spoke == 0


@pytest.mark.django_db
def test_an_erased_person_still_counts_and_is_told_nothing(mailbox, dora):
    signals = ask_for_it(mailbox, dora, 3)
    made = change(dora, signals)
    finish(made, dora)
    erase_person([signals[0].identity_id], by=dora)
    work_off()
    before = told_figures(Decision.objects.latest("pk"))
    assert (before.raised, before.untold) == (3, 2)
    tell(made, dora)
    erase_person([signals[1].identity_id], by=dora)
    work_off()
    figures = told_figures(Decision.objects.latest("pk"))
    assert (figures.raised, figures.told) == (3, 2) and not Told.objects.filter(identity=signals[0].identity_id).exclude(
        message=None
    ).exists()
    assert "walker1" not in str(list(Telling.objects.values_list("text_en", "text_es")))
    assert quick_figures() == slow_figures()


STEP = st.one_of(
    st.tuples(st.just("join"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("part"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("tell"), st.just(0), st.just(0)),
    st.tuples(st.just("arrive"), st.just(0), st.just(0)),
    st.tuples(st.just("speak"), st.just(0), st.just(0)),
    st.tuples(st.just("answer"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("bounce"), st.integers(0, 9), st.just(0)),
)


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=6))
def test_joined_and_parted_people_are_told_once(mailbox, dora, steps):
    """Whatever is joined and parted before, between and after: no address twice, and no person who was one at the time."""
    first = next(_numbers) * 100
    signals = ask_for_it(mailbox, dora, 4, first=first)
    made = change(dora, signals)
    decision = finish(made, dora)
    identities = [signal.identity for signal in signals]
    seen_as: list[set[int]] = []  # who was one person with whom when a mail went out
    for what, one, other in steps:
        before = set(Told.objects.filter(decision=decision).exclude(message=None).values_list("identity_id", flat=True))
        if what == "join" and identities[one % len(identities)].pk != identities[other % len(identities)].pk:
            decide_same(identities[one % len(identities)], identities[other % len(identities)], by=dora)
        elif what == "part":
            standing = list(LinkDecision.objects.filter(retracted_at=None, one__in=identities).order_by("pk"))
            if standing:
                retract_decision(standing[one % len(standing)], by=dora)
        elif what == "tell":
            telling = write_telling(made, by=dora, text_en="It holds.")
            tell_everyone(telling, by=dora)
            queue_telling(telling.pk)
        elif what == "arrive":
            Told.objects.filter(decision=decision, state="queued").update(state="told", told_at=decision.at)
        elif what == "speak":
            fresh = ask_for_it(mailbox, dora, 1, first=first + 10 + len(identities))
            add_evidence(made, fresh, by=dora)
            identities.append(fresh[0].identity)
        else:
            rows = list(Told.objects.filter(decision=decision).exclude(message=None).order_by("pk"))
            if rows and what == "answer":
                answer_telling(rows[one % len(rows)], answer="solved" if other else "not_for_me")
            elif rows:
                Told.objects.filter(pk=rows[one % len(rows)].pk, state="queued").update(state="bounced", cause="bounced")
        after = set(Told.objects.filter(decision=decision).exclude(message=None).values_list("identity_id", flat=True))
        number_of = dict(Identity.objects.filter(pk__in=[each.pk for each in identities]).values_list("pk", "person_number"))
        for fresh_one in after - before:
            person = {pk for pk, number in number_of.items() if number == number_of[fresh_one]}
            arrived = Told.objects.filter(decision=decision, identity__in=person - {fresh_one}, state__in=["told", "queued"])
            assert not arrived.exists(), "somebody was told twice as one person"
            seen_as.append(person)
    rows = Told.objects.filter(decision=decision).exclude(message=None)
    assert (
        rows.count()
        == rows.values("identity").distinct().count()
        == len({str(one) for one in rows.values_list("message__delivery__recipients", flat=True)})
    )
    assert set(rows.values_list("identity_id", flat=True)) <= {each.pk for each in identities}, "told for what they did not raise"
    refresh_identities([each.pk for each in identities])
    mine = LoopStanding.objects.filter(identity__in=[each.pk for each in identities])
    assert mine.count() == len(
        set(Identity.objects.filter(pk__in=[each.pk for each in identities]).values_list("person_number", flat=True))
    )
