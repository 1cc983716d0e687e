"""A new version is built beside the active one and takes over at once; nothing that people decided is lost by it."""

from dataclasses import replace

import pytest
from django.db import connection

from heard.accounts.models import Audience
from heard.accounts.services.audiences import audience_of
from heard.events.models import Event
from heard.lib.errors import Refusal
from heard.matching.model import default_model
from heard.matching.models import MatchEdge, MatchModel
from heard.matching.services import switching
from heard.matching.services.catching_up import catch_up
from heard.matching.services.live import match_identities
from heard.matching.services.switching import switch_to
from heard.matching.services.versions import active_version, begin_version, drop_version
from heard.matching.tests.test_live import ada, put, together
from heard.people.models import Identity
from heard.people.services.decisions import decide_different, decide_same
from tests.factories.people import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(db) -> Audience:
    return audience_of(teams=[make_team()])


def strict() -> object:
    """Under these weights hardly anybody is the same as anybody."""
    return replace(default_model(), version="strict-1", copies=1e-12)


def test_a_version_is_built_beside_and_takes_over_at_once(audience):
    one, other = ada(audience), ada(audience, "2")
    match_identities([one.pk, other.pk])
    row = begin_version(strict())
    assert catch_up(row)
    assert together(one, other) and MatchModel.objects.get(state="active").version == default_model().version
    assert switch_to(row) == 1
    assert not together(one, other)
    assert MatchModel.objects.get(state="active").version == "strict-1"
    assert Event.objects.filter(kind="match_model.activated").count() == 1 and Event.objects.filter(kind="person.parted").exists()


def test_what_comes_while_a_version_is_built_is_found_under_both(audience):
    one = ada(audience)
    match_identities([one.pk])
    row = begin_version(replace(default_model(), version="again"))
    assert catch_up(row)
    other = ada(audience, "2")
    match_identities([other.pk])
    assert MatchEdge.objects.filter(one=one, other=other).count() == 2
    assert catch_up(row) and switch_to(row) == 0
    assert together(one, other)


def few_values(execute, sql, params, many, context):
    assert many or len(params or ()) < 15_000
    return execute(sql, params, many, context)


def test_a_version_may_change_more_people_than_one_statement_takes(audience, monkeypatch):
    """Most of these are nobody, and are looked for all the same. PostgreSQL takes 65,535 values, SQLite a quarter of a million."""
    one, other = ada(audience), ada(audience, "2")
    match_identities([one.pk, other.pk])
    row = begin_version(strict())
    assert catch_up(row)
    monkeypatch.setattr(switching, "_differences", lambda row: {one.pk, other.pk, *range(10**9, 10**9 + 16_000)})
    with connection.execute_wrapper(few_values):
        assert switch_to(row) == 1
    assert not together(one, other)


def test_a_version_that_is_not_built_does_not_take_over(audience):
    match_identities([ada(audience).pk])
    row = begin_version(strict())
    with pytest.raises(Refusal):
        switch_to(row)
    drop_version(row)
    assert not MatchEdge.objects.filter(model=row).exists()
    with pytest.raises(Refusal):
        drop_version(active_version())


def test_a_version_means_one_file_of_weights(audience):
    begin_version(strict())
    assert begin_version(strict()).version == "strict-1"
    with pytest.raises(Refusal):
        begin_version(replace(default_model(), version="strict-1"))


def test_decisions_outlive_every_version(audience):
    one, other, third = ada(audience), ada(audience, "2"), put(audience, "3", names=("Bob Miller",))
    match_identities([one.pk, other.pk, third.pk])
    alice = make_user("Alice")
    decide_different(one, other, by=alice)
    decide_same(one, third, by=alice)
    row = begin_version(replace(default_model(), version="again"))
    assert catch_up(row)
    switch_to(row)
    assert not together(one, other) and together(one, third)
    assert MatchEdge.objects.get(model=row).obstacle == "decided"


def test_going_back_to_an_earlier_version_restores_exactly(audience):
    people = [ada(audience, str(number)) for number in range(3)] + [put(audience, "9", names=("Bob Miller",))]
    match_identities([one.pk for one in people])
    before = dict(Identity.objects.values_list("pk", "person_number"))
    for model in (strict(), default_model()):
        row = begin_version(model)
        assert catch_up(row)
        switch_to(row)
    assert dict(Identity.objects.values_list("pk", "person_number")) == before
