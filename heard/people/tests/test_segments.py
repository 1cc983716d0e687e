"""Segments: rules that are read, judged and asked of the database; who is in them, and what they try out tells nobody too much."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.accounts.services.audiences import audience_of
from heard.events.models import Event
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.attributes import SUBJECTS, Counted, Fold, Subject
from heard.people.models import Attribute, CountedSubject, Identity, Segment, SegmentMember, SegmentVersion
from heard.people.segment_queries import Among, persons_meant
from heard.people.segment_rules import HOWS, Condition, Rule, WrongRule, all_said, is_in, judge, parse_condition, value_typed
from heard.people.segment_selectors import count_in, explain, facts_of, list_segments, people_in, try_rule
from heard.people.selectors import get_person
from heard.people.services.attributes import count_again, count_new_subjects, give_mark
from heard.people.services.contact import choose_contact
from heard.people.services.decisions import decide_different, decide_same
from heard.people.services.membership import derive_all, derive_due, derive_for
from heard.people.services.segments import change_segment, make_segment, restore_segment, retire_segment
from heard.tasks.execution import run_due_tasks
from tests.factories import make_conversation, make_customer, make_mailbox, make_team

pytestmark = pytest.mark.django_db
ORDERED = Rule("all", (Condition("orders", "at_least", 3),))


@pytest.fixture
def readers(support):
    return audience_of([support])


@pytest.fixture
def run_tasks():
    return lambda: run_due_tasks(raise_errors=True)


def counted(identity, name, *, number=None, text="", at=None):
    return Attribute.objects.create(identity=identity, name=name, number=number, text=text, at=at, source="test", computed_at=now())


def customers(readers, *names):
    return [make_customer(f"{name.lower()}@example.org", name=f"{name} Jones", audience=readers) for name in names]


class TestReading:
    @pytest.mark.parametrize(
        ("what", "how", "text", "value"),
        [
            ("orders", "at_least", " 3 ", 3),
            ("spent", "at_least", "100 EUR", "EUR:10000"),
            ("spent", "less_than", "1.234,50 eur", "EUR:123450"),
            ("language", "is", "ES", "es"),
            ("mark", "is", "Tier=Gold", "tier=gold"),
            ("mail_comes_back", "yes", "whatever", None),
        ],
    )
    def test_what_people_write_is_understood_and_can_be_shown_again(self, what, how, text, value):
        test = parse_condition(what, how, text)
        assert test.value == value
        assert parse_condition(what, how, value_typed(test)) == test
        assert Rule.from_json(Rule("any", (test,)).as_json()).conditions == (test,)

    @pytest.mark.parametrize(
        ("what", "how", "text"),
        [("orders", "at_least", "many"), ("orders", "at_least", "0"), ("orders", "at_most", "-1"), ("spent", "at_least", "100"),
         ("spent", "at_least", "100 XYZ"), ("spent", "at_least", "0 EUR"), ("mark", "is", "gold"), ("language", "is", "  "),
         ("last_seen", "within", "9999999"), ("orders", "at_most", "٣")],
    )  # fmt: skip
    def test_what_cannot_be_meant_is_refused_in_words(self, what, how, text):
        with pytest.raises(WrongRule) as refused:
            parse_condition(what, how, text, line=2)
        assert refused.value.line == 2
        assert refused.value.message

    @pytest.mark.parametrize(
        "data",
        [None, [], {"match": "some"}, {"conditions": {}}, {"conditions": [1]}, {"conditions": [{"what": "shoe_size", "how": "is", "value": "44"}]},
         {"conditions": [{"what": "orders", "how": "is", "value": 1}]}, {"conditions": [{"what": "orders", "how": "at_least", "value": True}]},
         {"conditions": [{"what": ["orders"], "how": "at_least", "value": 1}]},
         {"conditions": [{"what": "language", "how": "is", "value": "es"}] * 21}],
    )  # fmt: skip
    def test_a_rule_of_a_program_is_checked_as_strictly(self, data):
        with pytest.raises(WrongRule):
            Rule.from_json(data)

    def test_a_rule_is_one_sentence(self):
        rule = Rule(
            "any", (Condition("orders", "at_least", 3), Condition("last_seen", "longer_ago", 1), Condition("language", "is_not", "es"))
        )
        assert all_said(rule, {}) == "Orders: at least 3; Last heard of: more than a day ago, or never; or Language: not Spanish"


class TestMeaning:
    def test_sums_count_over_all_identities_of_a_person(self, readers, alice):
        ada, ada_too, bert = customers(readers, "Ada", "Ada2", "Bert")
        for identity, number in ((ada, 2), (ada_too, 1), (bert, 2)):
            counted(identity, "orders", number=number)
        assert list(persons_meant(ORDERED, Among(), now=now())) == []
        decide_same(ada, ada_too, by=alice)
        assert list(persons_meant(ORDERED, Among(), now=now())) == [ada.pk]

    def test_a_negation_means_those_of_whom_nothing_is_known_too(self, readers):
        ada, bert = customers(readers, "Ada", "Bert")
        counted(ada, "last_order", at=now() - timedelta(days=3))
        rule = Rule("all", (Condition("last_order", "longer_ago", 30),))
        assert list(persons_meant(rule, Among(), now=now())) == [bert.pk]

    def test_what_somebody_may_not_know_of_does_not_count_when_they_try_a_rule(self, readers, alice, charlie):
        hidden = audience_of([make_team("Sales")])
        ada = make_customer(audience=readers)
        shadow = make_customer("ada@secret.example", name="Ada", audience=hidden)
        counted(shadow, "orders", number=5)
        decide_same(ada, shadow, by=alice)
        assert try_rule(alice, ORDERED).count == 0
        assert list(persons_meant(ORDERED, Among(), now=now())) == [ada.pk]

    def test_an_empty_rule_means_nobody(self, readers):
        customers(readers, "Ada")
        assert list(persons_meant(Rule(), Among(), now=now())) == []

    def test_erased_people_are_in_nothing(self, readers):
        (ada,) = customers(readers, "Ada")
        Identity.objects.filter(pk=ada.pk).update(erased_at=now())
        assert list(persons_meant(Rule("all", (Condition("orders", "at_most", 3),)), Among(), now=now())) == []


tests = st.one_of(
    st.builds(Condition, st.just("orders"), st.sampled_from(HOWS[Fold.SUM]), st.integers(1, 5)),
    st.builds(Condition, st.just("spent"), st.sampled_from(HOWS[Fold.MONEY]), st.sampled_from(["EUR:100", "EUR:500", "USD:100"])),
    st.builds(Condition, st.just("last_order"), st.sampled_from(HOWS[Fold.LATEST]), st.integers(1, 9)),
    st.builds(Condition, st.sampled_from(["first_seen", "last_seen"]), st.sampled_from(HOWS[Fold.LATEST]), st.integers(1, 9)),
    st.builds(Condition, st.just("bought"), st.sampled_from(HOWS[Fold.WORDS]), st.sampled_from(["lamp", "rug"])),
    st.builds(Condition, st.just("language"), st.sampled_from(HOWS[Fold.WORDS]), st.sampled_from(["es", "de"])),
    st.builds(Condition, st.just("quiet"), st.sampled_from(HOWS[Fold.PASSED])),
    st.builds(Condition, st.sampled_from(["refuses_unasked", "mail_comes_back"]), st.sampled_from(HOWS[Fold.FLAG])),
)
identities = st.fixed_dictionaries(
    {
        "person": st.integers(0, 3), "orders": st.integers(0, 4), "spent": st.sampled_from([0, 100, 400]), "ordered": st.integers(0, 10),
        "seen": st.integers(0, 10), "known": st.integers(0, 10), "bought": st.sampled_from(["", "lamp", "rug"]), "quiet": st.integers(-5, 5),
        "language": st.sampled_from(["", "es", "es-mx", "de"]), "refuses": st.sampled_from([None, True, False]), "bounced": st.booleans(),
    }
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    everybody=st.lists(identities, min_size=1, max_size=6),
    match=st.sampled_from(["all", "any"]),
    asked=st.lists(tests, min_size=1, max_size=4),
)
def test_the_database_says_what_the_slow_and_obvious_twin_says(everybody, match, asked):
    """Over random people with several identities: `persons_meant` against `judge` of each person's folded facts."""
    moment = now().replace(hour=12, minute=30)
    Identity.objects.all().delete()
    by_person = {}
    for one in everybody:
        identity = Identity.objects.create(
            source="mail", language=one["language"], bounced_at=moment if one["bounced"] else None,
            first_seen_at=moment - timedelta(days=one["known"], hours=1), last_seen_at=moment - timedelta(days=one["seen"], hours=1),
        )  # fmt: skip
        group = by_person.setdefault(one["person"], [])
        group.append(identity)
        Identity.objects.filter(pk=identity.pk).update(person_number=group[0].pk)
        if one["orders"]:
            counted(identity, "orders", number=one["orders"])
            counted(identity, "last_order", at=moment - timedelta(days=one["ordered"], hours=1))
        if one["spent"]:
            counted(identity, "spent", number=one["spent"], text="EUR")
        if one["bought"]:
            counted(identity, "bought", text=one["bought"])
        counted(identity, "quiet", at=moment + timedelta(days=one["quiet"], hours=1))
        if one["refuses"] is not None:
            identity.contact_choices.create(purpose="outcomes", is_allowed=True, how="test", at=moment)
            identity.contact_choices.create(purpose="outcomes", is_allowed=not one["refuses"], how="test", at=moment)
    rule = Rule(match, tuple(asked))
    obvious = set()
    for group in by_person.values():
        judged = judge(rule, facts_of([one.pk for one in group]), now=moment)
        if is_in(rule, judged):
            obvious.add(group[0].pk)
    assert set(persons_meant(rule, Among(), now=moment)) == obvious
    numbers = [group[0].pk for group in by_person.values()]
    assert set(persons_meant(rule, Among(first=min(numbers), last=max(numbers)), now=moment)) == obvious
    assert set(persons_meant(rule, Among(numbers=numbers), now=moment)) == obvious


class TestSegments:
    def test_a_segment_is_saved_counted_listed_and_explained(self, readers, alice, run_tasks):
        ada, bert = customers(readers, "Ada", "Bert")
        counted(ada, "orders", number=4)
        segment = make_segment("Regulars", ORDERED, by=alice)
        run_tasks()
        (line,) = list_segments(alice)
        assert (line.segment, line.members, line.words) == (segment, 1, "Orders: at least 3")
        assert [person.name for person in people_in(alice, segment)] == ["Ada Jones"]
        (why,) = explain(get_person(alice, ada.pk))
        assert why.is_member
        assert [(reason.words, reason.holds, reason.known) for reason in why.reasons] == [("Orders: at least 3", True, "4")]
        (why_not,) = explain(get_person(alice, bert.pk), [segment])
        assert not why_not.is_member
        assert [(reason.holds, reason.known) for reason in why_not.reasons] == [(False, "0")]

    def test_an_outsider_sees_nobody_in_it(self, readers, alice, charlie, run_tasks):
        (ada,) = customers(readers, "Ada")
        counted(ada, "orders", number=4)
        segment = make_segment("Regulars", ORDERED, by=alice)
        run_tasks()
        assert list_segments(charlie)[0].members == 0
        assert people_in(charlie, segment) == []
        assert count_in(charlie, segment) == 0

    def test_who_is_in_it_follows_joins_and_cuts(self, readers, alice, run_tasks):
        ada, too = customers(readers, "Ada", "Ada2")
        counted(ada, "orders", number=2)
        counted(too, "orders", number=2)
        make_segment("Regulars", ORDERED, by=alice)
        run_tasks()
        assert not SegmentMember.objects.exists()
        decide_same(ada, too, by=alice)
        derive_for({ada.pk, too.pk})
        assert list(SegmentMember.objects.values_list("identity", flat=True)) == [ada.pk]
        decide_different(ada, too, by=alice)
        derive_for({ada.pk, too.pk})
        assert not SegmentMember.objects.exists()

    def test_deriving_twice_or_for_all_changes_nothing(self, readers, alice, run_tasks):
        for identity in customers(readers, *(f"C{number}" for number in range(7))):
            counted(identity, "orders", number=identity.pk % 5)
        make_segment("Regulars", ORDERED, by=alice)
        run_tasks()
        before = sorted(SegmentMember.objects.values_list("pk", "identity"))
        derive_all()
        derive_for(Identity.objects.values_list("pk", flat=True))
        assert sorted(SegmentMember.objects.values_list("pk", "identity")) == before
        assert before

    def test_a_segment_within_a_segment_and_never_in_a_circle(self, readers, alice, run_tasks):
        ada, bert = customers(readers, "Ada", "Bert")
        for identity in (ada, bert):
            counted(identity, "orders", number=4)
        give_mark(bert, name="Tier", value="Gold", by=alice)
        regulars = make_segment("Regulars", ORDERED, by=alice)
        inner = Rule("all", (Condition("segment", "is", regulars.pk), Condition("mark", "is_not", "tier=gold")))
        plain = make_segment("Plain regulars", inner, by=alice)
        run_tasks()
        assert [person.name for person in people_in(alice, plain)] == ["Ada Jones"]
        with pytest.raises(Refusal, match="circle"):
            change_segment(regulars, by=alice, name="Regulars", rule=Rule("all", (Condition("segment", "is", plain.pk),)))
        with pytest.raises(Refusal, match="circle"):
            change_segment(regulars, by=alice, name="Regulars", rule=Rule("all", (Condition("segment", "is", regulars.pk),)))
        with pytest.raises(Refusal, match="Plain regulars"):
            retire_segment(regulars, by=alice)

    def test_a_change_is_a_version_and_the_same_again_is_none(self, alice):
        segment = make_segment("Regulars", ORDERED, by=alice)
        more = Rule("all", (Condition("orders", "at_least", 5),))
        for _again in range(2):
            segment = change_segment(segment, by=alice, name="Regulars", rule=more)
        assert segment.version == 2
        assert list(SegmentVersion.objects.values_list("number", flat=True)) == [2, 1]

    def test_put_away_nobody_is_in_it_and_taken_up_again_they_are(self, readers, alice, run_tasks):
        (ada,) = customers(readers, "Ada")
        counted(ada, "orders", number=4)
        segment = make_segment("Regulars", ORDERED, by=alice)
        run_tasks()
        retire_segment(retire_segment(segment, by=alice), by=alice)
        run_tasks()
        assert not SegmentMember.objects.exists()
        make_segment("Regulars", ORDERED, by=alice)
        with pytest.raises(Refusal, match="already"):
            restore_segment(segment, by=alice)

    def test_twice_with_the_same_form_is_one_segment(self, alice):
        once = uuid4()
        assert make_segment("Regulars", ORDERED, by=alice, once=once) == make_segment("Other", ORDERED, by=alice, once=once)
        with pytest.raises(Refusal, match="already"):
            make_segment(" regulars ", ORDERED, by=alice)
        with pytest.raises(Refusal, match="condition"):
            make_segment("Empty", Rule(), by=alice)
        assert Segment.objects.count() == 1

    def test_a_rule_that_names_what_no_app_declares_any_more_means_nobody(self, readers, alice, run_tasks):
        customers(readers, "Ada")
        Segment.objects.create(name="Old", rule={"match": "all", "conditions": [{"what": "gone", "how": "is", "value": 1}]}, made_at=now())
        derive_all()
        assert list_segments(alice)[0].members == 0

    def test_the_list_costs_the_same_for_many(self, readers, alice, run_tasks, django_assert_num_queries):
        customers(readers, *(f"C{number}" for number in range(9)))
        everybody = Rule("all", (Condition("orders", "at_most", 3),))
        first = make_segment("Segment 0", everybody, by=alice)
        run_tasks()
        readers_of_alice = list_segments(alice)
        assert readers_of_alice[0].members == 9
        with django_assert_num_queries(2):
            list_segments(alice)
        with django_assert_num_queries(3):
            assert len(people_in(alice, first)) == 9
        for number in range(1, 12):
            make_segment(f"Segment {number}", everybody, by=alice)
        run_tasks()
        with django_assert_num_queries(2):
            assert {line.members for line in list_segments(alice)} == {9}


class TestCounting:
    def test_counting_twice_writes_nothing_and_a_change_replaces(self, readers):
        (ada,) = customers(readers, "Ada")
        values = {"orders": 2}
        subject = SUBJECTS["orders"]
        SUBJECTS["orders"] = Subject("orders", "Orders", Fold.SUM, lambda ids: [Counted(pk, number=values["orders"]) for pk in ids])
        try:
            assert count_again([ada.pk], ["orders"], source="test") == 1
            assert count_again([ada.pk], ["orders"], source="test") == 0
            values["orders"] = 3
            assert count_again([ada.pk], ["orders"], source="test") == 1
            assert list(Attribute.objects.values_list("number", flat=True)) == [3]
            values["orders"] = 0
            assert count_again([ada.pk], ["orders"], source="test") == 1
            assert not Attribute.objects.exists()
        finally:
            SUBJECTS["orders"] = subject
        assert Event.objects.filter(kind="people.counted").count() == 3

    def test_a_mark_has_one_value_and_can_be_taken_away(self, readers, alice):
        (ada,) = customers(readers, "Ada")
        for value in ("Silver", "Gold", "gold"):
            give_mark(ada, name="Tier", value=value, by=alice)
        assert list(ada.attributes.values_list("text", flat=True)) == ["tier=gold"]
        give_mark(ada, name="tier", value="", by=alice)
        assert not ada.attributes.exists()
        with pytest.raises(Refusal):
            give_mark(ada, name="a=b", value="c", by=alice)

    def test_a_refusal_to_hear_from_us_puts_somebody_into_the_segment_of_those(self, readers, alice):
        ada, bert = customers(readers, "Ada", "Bert")
        choose_contact(ada, purpose="outcomes", is_allowed=False, how="test")
        choose_contact(bert, purpose="outcomes", is_allowed=False, how="test")
        choose_contact(bert, purpose="outcomes", is_allowed=True, how="test")
        rule = Rule("all", (Condition("refuses_unasked", "yes"),))
        assert [person.name for person in try_rule(alice, rule).people] == ["Ada Jones"]


class TestDaysThatPass:
    @pytest.mark.parametrize(
        ("condition", "days_ago"),
        [
            (Condition("last_order", "longer_ago", 30), 31),
            (Condition("last_order", "within", 30), 31),
            (Condition("quiet", "yes"), 1),
            (Condition("quiet", "no"), 1),
        ],
    )
    def test_only_those_whose_moment_crossed_the_limit_are_looked_for_again(self, readers, alice, run_tasks, condition, days_ago):
        ada, bert = customers(readers, "Ada", "Bert")
        counted(ada, condition.what, at=now() - timedelta(days=days_ago))
        counted(bert, condition.what, at=now() - timedelta(days=days_ago + 40))
        segment = make_segment("Due", Rule("all", (condition,)), by=alice)
        run_tasks()
        should_be_in = set(segment.members.values_list("identity", flat=True))
        stand_as_two_days_ago(segment, ada, is_in=ada.pk not in should_be_in)
        assert derive_due() == 1
        assert set(segment.members.values_list("identity", flat=True)) == should_be_in
        assert derive_due() == 0

    def test_first_and_last_heard_of_cross_too(self, readers, alice, run_tasks):
        ada = make_customer(audience=readers, at=now() - timedelta(days=31))
        segment = make_segment(
            "Lost", Rule("all", (Condition("last_seen", "longer_ago", 30), Condition("first_seen", "longer_ago", 30))), by=alice
        )
        run_tasks()
        stand_as_two_days_ago(segment, ada, is_in=False)
        assert derive_due() == 1
        assert segment.members.count() == 1

    def test_a_subject_that_is_new_here_is_counted_once_for_everybody(self, readers, alice):
        make_conversation(make_mailbox(make_team("Support")), text="Hola")
        Attribute.objects.all().delete()
        count_new_subjects()
        assert Attribute.objects.filter(name="messages", number=1).count() == 1
        Attribute.objects.all().delete()
        count_new_subjects()
        assert not Attribute.objects.exists()
        CountedSubject.objects.filter(name="messages").update(version=0)
        count_new_subjects()
        assert set(Attribute.objects.values_list("name", flat=True)) == {"messages"}


def stand_as_two_days_ago(segment, identity, *, is_in):
    """The segment as it was gathered two days ago."""
    segment.members.filter(identity=identity).delete()
    if is_in:
        segment.members.create(identity=identity, entered_at=now())
    Segment.objects.filter(pk=segment.pk).update(counted_at=now() - timedelta(days=2))
