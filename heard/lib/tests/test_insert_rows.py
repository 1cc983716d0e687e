"""`insert_rows` writes what `bulk_create` would."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from heard.accounts.models import Membership, Team
from heard.lib.db import AT_ONCE, insert_rows
from heard.lib.time import now
from heard.tasks.models import Lease
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3, AT_ONCE])
def test_rows_get_their_ids_in_order_by_one_statement(count):
    teams = [Team(name=f"Team {number:03}") for number in range(count)]
    with CaptureQueriesContext(connection) as captured:
        assert insert_rows(teams) == teams
    assert len([one for one in captured if one["sql"].startswith("INSERT")]) == 1
    assert [team.pk for team in Team.objects.order_by("pk")] == [team.pk for team in teams]
    assert list(Team.objects.in_bulk(field_name="name")) == [team.name for team in teams]
    assert not any(team._state.adding for team in teams)


def test_many_rows_come_in_order_too():
    teams = [Team(name=f"Team {number:03}") for number in range(AT_ONCE * 2 + 3)]
    insert_rows(teams)
    assert [team.name for team in Team.objects.order_by("pk")] == [team.name for team in teams]


def test_a_reference_that_was_saved_meanwhile_is_written():
    team = Team(name="Support")
    membership = Membership(team=team, user=make_user("Alice"))
    insert_rows([team])
    insert_rows([membership])
    assert Membership.objects.get().team == team


def test_conflicts_are_raised_or_ignored():
    team = make_team("Support")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Team(name="Support")])
    insert_rows([Team(name="Support"), Team(name="Sales")], ignore_conflicts=True)
    assert set(Team.objects.values_list("name", flat=True)) == {team.name, "Sales"}


def test_moments_come_back_as_they_were_and_nothing_is_nothing():
    assert insert_rows([]) == []
    moment = now()
    [lease] = insert_rows([Lease(name="a", holder="x", until=moment)])
    lease.refresh_from_db()
    assert lease.until == moment
