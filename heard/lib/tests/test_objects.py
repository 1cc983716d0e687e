"""Objects put together without `__init__` are what Django would have made."""

import pytest
from django.apps import apps
from django.db.models.signals import post_init

from heard.accounts.models import Membership, Team, User
from heard.conversations.models import Message
from heard.events.models import Event
from heard.lib import objects
from heard.lib.objects import loaded, new_row
from heard.tasks.models import Lease
from heard.timeline.models import Interaction
from tests.factories import make_team, make_user

OURS = [model for model in apps.get_models() if model.__module__.startswith("heard.")]


def plain(row):
    """What an object holds, without what is made anew for each."""
    made_anew = {field.attname for field in row._meta.concrete_fields if field.has_default() and callable(field.default)}
    return {name: value for name, value in row.__dict__.items() if name not in made_anew and name != "_state"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_said_is_what_django_says(model):
    ours, djangos = new_row(model), model()
    assert plain(ours) == plain(djangos)
    assert ours.__dict__.keys() == djangos.__dict__.keys()
    assert (ours._state.adding, ours._state.db) == (djangos._state.adding, djangos._state.db)


def test_defaults_that_can_be_changed_are_not_shared():
    one, other = new_row(Event), new_row(Event)
    one.data["kept"] = 1
    assert other.data == {}


@pytest.mark.django_db
def test_references_are_kept_with_their_keys(django_assert_num_queries):
    team, user = make_team("Support"), make_user("Alice")
    with django_assert_num_queries(0):
        membership = new_row(Membership, team=team, user_id=user.pk)
        assert (membership.team_id, membership.team) == (team.pk, team)
    with django_assert_num_queries(1):
        assert membership.user == user
    membership.save()
    assert Membership.objects.get(team=team).user == user


def test_a_reference_from_both_sides_is_kept_on_both():
    interaction = Interaction(pk=7)
    message = new_row(Message, interaction=interaction)
    assert (message.interaction_id, interaction.message) == (7, message)


def test_nothing_in_the_place_of_a_reference():
    assert new_row(Interaction, author=None).author is None


def test_what_fits_no_field_is_refused():
    with pytest.raises(TypeError, match="no colour"):
        new_row(Team, colour="green")
    with pytest.raises(ValueError, match="team of a Membership is a Team, not User"):
        new_row(Membership, team=User())


@pytest.mark.django_db
def test_columns_that_were_not_read_are_loaded_when_asked_for(django_assert_num_queries):
    team = make_team("Support")
    known = loaded(Team, "default", ["id", "name"], [team.pk, team.name])
    with django_assert_num_queries(0):
        assert (known.name, known._state.adding, known == team) == ("Support", False, True)
    with django_assert_num_queries(1):
        assert known.is_department == team.is_department


def test_a_model_that_is_listened_to_is_made_by_django():
    heard = []

    def listen(instance, **kwargs):
        heard.append(instance)

    post_init.connect(listen, sender=Lease)
    objects._shape_of.cache_clear()
    try:
        lease = new_row(Lease, name="a")
        assert heard == [lease]
        assert heard[-1] is not loaded(Lease, "default", ["id", "name"], [1, "b"])
        assert len(heard) == 2
    finally:
        post_init.disconnect(listen, sender=Lease)
        objects._shape_of.cache_clear()
