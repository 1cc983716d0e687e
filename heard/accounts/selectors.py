"""Who may read what: the one lookup behind every `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from heard.lib.prepared import prepared

if TYPE_CHECKING:
    from heard.accounts.models import Audience, Team, User


def readable_audience_ids(user: User) -> list[int]:
    """Ids of every audience that names `user` or one of their teams; empty for an inactive user.

    One query for each user object, kept on it: a request has one user, so a change of teams shows at the next request.
    """
    if not user.is_active:
        return []
    known = user.__dict__.get("_readable_audience_ids")
    if known is None:
        known = user.__dict__["_readable_audience_ids"] = sorted(_audiences_naming(user.pk))
    return known


@prepared
def _audiences_naming(user_id: int) -> QuerySet[Audience, int]:
    from heard.accounts.models import Audience, AudienceTeam, AudienceUser, Membership

    teams = Membership.objects.filter(user=user_id).values("team")
    by_team = AudienceTeam.objects.filter(team__in=teams).values("audience")
    by_user = AudienceUser.objects.filter(user=user_id).values("audience")
    return Audience.objects.filter(Q(pk__in=by_team) | Q(pk__in=by_user)).values_list("pk", flat=True)


def all_teams() -> list[Team]:
    """Every team, departments first, by name. One query."""
    return _teams()


@prepared
def _teams() -> QuerySet[Team]:
    from heard.accounts.models import Team

    return Team.objects.order_by("-is_department", "name")


def colleagues_who_read(audience_id: int) -> list[User]:
    """Active colleagues who may write and who are named by an audience, themselves or by a team; by name. No programs. One query."""
    return _writers_named_by(audience_id)


@prepared
def _writers_named_by(audience_id: int) -> QuerySet[User]:
    from heard.accounts.models import AudienceTeam, AudienceUser, Membership, Role, User

    teams = AudienceTeam.objects.filter(audience=audience_id).values("team")
    members = Membership.objects.filter(team__in=teams).values("user")
    users = AudienceUser.objects.filter(audience=audience_id).values("user")
    return (
        User.objects.filter(Q(pk__in=members) | Q(pk__in=users), is_active=True, is_program=False)
        .exclude(role=Role.READER)
        .order_by("name")
    )
