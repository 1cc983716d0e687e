"""Audiences are found by their set, never edited: another set is another audience."""

from collections.abc import Iterable

from django.db import transaction

from heard.accounts.models import Audience, AudienceTeam, AudienceUser, Team, User


def audience_of(teams: Iterable[Team] = (), users: Iterable[User] = ()) -> Audience:
    """The audience that names exactly these teams and users; made when it is new. Empty sets are refused by an assertion."""
    return _audience(sorted({team.pk for team in teams}), sorted({user.pk for user in users}))


def widened(audience: Audience, other: Audience) -> Audience:
    """The audience of everybody who may read `audience` or `other`."""
    if audience.pk == other.pk:
        return audience
    names = set(audience.key.split(",")) | set(other.key.split(","))
    return _audience(sorted(int(name[1:]) for name in names if name[0] == "t"), sorted(int(name[1:]) for name in names if name[0] == "u"))


def _audience(team_ids: list[int], user_ids: list[int]) -> Audience:
    assert team_ids or user_ids, "an audience names somebody"
    key = ",".join([f"t{pk}" for pk in team_ids] + [f"u{pk}" for pk in user_ids])
    found = Audience.objects.filter(key=key).first()
    if found is not None:
        return found
    with transaction.atomic():
        audience, is_new = Audience.objects.get_or_create(key=key)
        if is_new:
            AudienceTeam.objects.bulk_create([AudienceTeam(audience=audience, team_id=pk) for pk in team_ids])
            AudienceUser.objects.bulk_create([AudienceUser(audience=audience, user_id=pk) for pk in user_ids])
    return audience
