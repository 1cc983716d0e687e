"""`insert_rows` writes what `bulk_create` would."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from heard.accounts.models import Membership, Team
from heard.lib.db import AT_ONCE, insert_missing, insert_or_find, insert_rows, update_rows, written_ahead
from heard.lib.time import now
from heard.tasks.models import Lease, Task
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3, AT_ONCE["sqlite"]])
def test_rows_get_their_ids_in_order_by_one_statement(count):
    teams = [Team(name=f"Team {number:03}") for number in range(count)]
    with CaptureQueriesContext(connection) as captured:
        assert insert_rows(teams) == teams
    assert len([one for one in captured if one["sql"].startswith("INSERT")]) == 1
    assert [team.pk for team in Team.objects.order_by("pk")] == [team.pk for team in teams]
    assert list(Team.objects.in_bulk(field_name="name")) == [team.name for team in teams]
    assert not any(team._state.adding for team in teams)


def test_many_rows_come_in_order_too():
    teams = [Team(name=f"Team {number:03}") for number in range(AT_ONCE[connection.vendor] * 2 + 3)]
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


def test_written_ahead_rows_refer_to_each_other_and_the_last_id_is_not_given_again():
    alice = make_user("Alice")
    teams = [Team(name=f"Team {number}") for number in range(5)]
    with transaction.atomic(), written_ahead():
        with written_ahead({Team: 5}):
            insert_rows(teams)
        insert_rows([Membership(team=team, user=alice) for team in teams])
        assert list(Team.objects.order_by("pk")) == teams  # a question waits for what was sent
    assert set(Membership.objects.values_list("team__name", flat=True)) == {team.name for team in teams}
    assert make_team("Later").pk > max(team.pk for team in teams)


def test_written_ahead_a_mistake_is_raised_and_nothing_is_kept():
    make_team("Support")
    with pytest.raises(IntegrityError), transaction.atomic(), written_ahead({Team: 2}):
        insert_rows([Team(name="Sales"), Team(name="Support")])
    assert not Team.objects.filter(name="Sales").exists()


def test_moments_come_back_as_they_were_and_nothing_is_nothing():
    assert insert_rows([]) == []
    moment = now()
    [lease] = insert_rows([Lease(name="a", holder="x", until=moment)])
    lease.refresh_from_db()
    assert lease.until == moment


def test_only_missing_rows_are_inserted_and_answered():
    support = make_team("Support")
    teams = [Team(name="Sales"), Team(name="Support"), Team(name="Returns")]
    inserted = insert_missing(teams, ["name"])
    assert [team.name for team in inserted] == ["Sales", "Returns"]
    assert {team.pk for team in inserted} | {support.pk} == set(Team.objects.values_list("pk", flat=True))
    assert teams[1].pk is None
    assert insert_missing([], ["name"]) == []


def test_known_rows_are_found_and_not_changed():
    lease = Lease.objects.create(name="a", holder="x", until=now())
    found, new = insert_or_find([Lease(name="a", holder="y", until=now()), Lease(name="b", holder="y", until=now())], "name")
    assert (found.pk, new.pk) == (lease.pk, Lease.objects.get(name="b").pk)
    lease.refresh_from_db()
    assert lease.holder == "x"


@pytest.mark.parametrize("count", [1, 3])
def test_named_fields_are_updated(count):
    moment = now()
    leases = [Lease.objects.create(name=f"{number}", holder="x", until=moment) for number in range(count)]
    for lease in leases:
        lease.holder, lease.until = "y", now()
    update_rows(leases, ["holder"])
    assert set(Lease.objects.values_list("holder", "until")) == {("y", moment)}
    update_rows([], ["holder"])


def test_a_statement_may_run_often_with_values_of_any_size_and_without_them():
    """PostgreSQL keeps the plans of such statements, for each combination of types."""
    for number in (None, 1, 40_000, 3_000_000_000, None, 1, 2, 3, 4, 5):
        [team] = insert_rows([Team(name=f"Team {Team.objects.count()}")])
        task = Task(name="x", args={}, run_at=now(), created_at=now(), cause=number, max_attempts=1, priority=0)
        insert_rows([task])
        task.error = team.name
        update_rows([task], ["error", "cause"])
        task.refresh_from_db()
        assert (task.cause, task.error) == (number, team.name)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no limits to columns of text")
def test_what_is_too_long_is_refused_and_never_cut(count):
    with pytest.raises(DataError), transaction.atomic():
        insert_rows([Team(name="x" * 5000) for _ in range(count)])
    assert not Team.objects.exists()


@pytest.mark.parametrize("count", [1, 2])
def test_structures_come_back_as_they_were(count):
    tasks = [Task(name="x", args=[number, "ü", None, {"a": [1]}], run_at=now(), created_at=now()) for number in range(count)]
    insert_rows(tasks)
    assert [task.args for task in Task.objects.order_by("pk")] == [task.args for task in tasks]
