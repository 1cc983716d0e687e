"""Prepared queries answer what the queryset they were made from answers, for all values of a shape."""

from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction
from django.db.models import ExpressionWrapper, F, IntegerField, Q, Value
from django.db.models.functions import Substr
from django.test.utils import CaptureQueriesContext

from heard.lib.prepared import CannotBePrepared, attach, prepared, prepared_look_up, together
from heard.lib.time import now
from heard.tasks.models import Lease
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def leases():
    moment = now()
    return [
        Lease.objects.create(name=name, holder="x" * number, until=moment + timedelta(days=number)) for number, name in enumerate("abcde")
    ]


def test_a_prepared_query_answers_rows_for_each_value(leases):
    @prepared
    def held(holder: str):
        return Lease.objects.filter(holder=holder)

    assert [held("x" * number) for number in range(5)] == [[lease] for lease in leases]
    assert held("nobody") == []


def test_lists_of_any_length_and_moments(leases):
    @prepared
    def some(names: list[str], after):
        return Lease.objects.filter(name__in=names, until__gt=after).order_by("name")

    for count in range(1, 6):
        assert some([lease.name for lease in leases[:count]], leases[1].until) == leases[2:count]
    assert some({"c"}, after=leases[0].until) == [leases[2]]
    assert some([], leases[0].until) == []


def test_none_and_booleans_are_for_the_function_to_ask(leases):
    @prepared
    def found(name: str | None, is_last: bool):
        rows = Lease.objects.order_by("-name" if is_last else "name")
        return rows if name is None else rows.filter(name=name)

    assert found(None, is_last=False) == leases
    assert found(None, is_last=True) == leases[::-1]
    assert found("b", is_last=True) == [leases[1]]


def test_values_annotations_and_conditions_come_through(leases):
    @prepared
    def told(names: list[str], holder: str):
        rows = Lease.objects.filter(Q(name__in=names) | Q(holder=holder)).annotate(short=Substr("holder", 1, 2))
        return rows.order_by(F("name").desc()).values_list("name", "short")

    assert told(["a"], "xxx") == [("d", "xx"), ("a", "")]

    @prepared
    def annotated(name: str):
        return Lease.objects.filter(name=name).annotate(short=Substr("holder", 1, 2))

    assert annotated("e")[0].short == "xx"


def test_it_takes_one_query_and_prefetches_where_asked():
    team = make_team("Support")
    user = make_user("Alice", teams=(team,))

    @prepared
    def colleagues(team_id: int):
        return type(user).objects.filter(memberships__team=team_id).prefetch_related("memberships__team")

    colleagues(0)
    with CaptureQueriesContext(connection) as captured:
        [found] = colleagues(team.pk)
        assert [membership.team for membership in found.memberships.all()] == [team]
    assert len(captured) == 3


def test_attached_rows_need_no_query():
    team, other = make_team("Support"), make_team("Sales")
    user = make_user("Alice", teams=(team,))
    attach([team, other], "memberships", list(user.memberships.all()), by="team")
    with CaptureQueriesContext(connection) as captured:
        assert [membership.team for membership in team.memberships.all()] == [team]
        assert list(other.memberships.all()) == []
    assert not captured


def test_locked_rows_can_be_prepared(leases):
    @prepared
    def locked(names: list[str]):
        return Lease.objects.filter(name__in=names).select_for_update(of=("self",)).order_by("pk")

    with transaction.atomic():
        assert locked(["a", "b"]) == leases[:2]


def test_what_changes_its_values_is_refused(leases):
    @prepared
    def beginning(name: str):
        return Lease.objects.filter(name__startswith=name)

    @prepared
    def by_age(age):
        return Lease.objects.filter(until=age)

    with pytest.raises(CannotBePrepared, match="name"):
        beginning("a")
    with pytest.raises(CannotBePrepared, match="timedelta"):
        by_age(timedelta(days=1))


def test_a_look_up_answers_the_same_however_often_it_is_asked(leases):
    @prepared_look_up
    def held(holder: str):
        return Lease.objects.filter(holder=holder)

    for number in (0, 1, 2, 3, 4) * 3:
        assert held("x" * number) == [leases[number]]


def test_rows_as_dictionaries_are_refused(leases):
    @prepared
    def told(holder: str):
        return Lease.objects.filter(holder=holder).values("name")

    with pytest.raises(CannotBePrepared, match="values_list"):
        told("x")


class TestTogether:
    @pytest.fixture
    def held(self):
        @prepared
        def held(holder: str):
            return Lease.objects.filter(holder=holder)

        return held

    @pytest.fixture
    def named(self):
        @prepared_look_up
        def named(names: list[str]):
            return Lease.objects.filter(name__in=names).order_by("name").values_list("name", flat=True)

        return named

    def test_answers_are_those_that_each_would_have_given(self, leases, held, named):
        with together(held.asked("xx"), named.asked(["a", "b"]), named.asked([])):
            assert (held("xx"), named(["b", "a"]), named(["a", "b"]), named([])) == ([leases[2]], ["a", "b"], ["a", "b"], [])

    def test_they_are_asked_at_once_on_postgresql_alone(self, leases, held, named):
        with CaptureQueriesContext(connection) as before, together(held.asked("xx"), named.asked(["a"])):
            asked = len(before)
            held("xx")
            named(["a"])
            assert (asked, len(before)) == ((2, 2) if connection.vendor == "postgresql" else (0, 2))

    def test_an_answer_is_given_once(self, leases, held):
        with together(held.asked("xx")):
            assert held("xx") == [leases[2]]
            leases[2].delete()
            assert held("xx") == []

    def test_what_was_not_asked_is_asked(self, leases, held):
        with together(held.asked("xx")):
            assert held("x") == [leases[1]]
        leases[2].delete()
        assert held("xx") == []

    def test_one_within_another(self, leases, held, named):
        with together(held.asked("xx")):
            with together(named.asked(["a"])):
                assert (held("xx"), named(["a"])) == ([leases[2]], ["a"])
            assert held("x") == [leases[1]]

    def test_in_a_transaction_it_sees_what_the_transaction_wrote(self, leases, named):
        with transaction.atomic():
            Lease.objects.create(name="new", holder="", until=now())
            with together(named.asked(["new"]), named.asked(["a", "new"])):
                assert (named(["new"]), named(["a", "new"])) == (["new"], ["a", "new"])

    def test_a_question_that_fails_fails_as_ever(self, leases, named):
        @prepared
        def divided(number: int):
            return Lease.objects.annotate(share=ExpressionWrapper(Value(1) / F("pk"), output_field=IntegerField())).filter(share=number)

        Lease.objects.filter(name="a").update(id=0)
        if connection.vendor == "postgresql":
            with pytest.raises(DataError), transaction.atomic(), together(divided.asked(1), named.asked(["b"])):
                pass
        assert named(["b"]) == ["b"]
