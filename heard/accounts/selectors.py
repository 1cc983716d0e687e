"""Who may read what: the one lookup behind every `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from heard.accounts.models import AudienceTeam, AudienceUser, User


def readable_audience_ids(user: User) -> list[int]:
    """Ids of every audience that names `user` or one of their teams; empty for an inactive user.

    One query for each user object, kept on it: a request has one user, so a change of teams shows at the next request.
    """
    from heard.accounts.models import Audience

    if not user.is_active:
        return []
    known = user.__dict__.get("_readable_audience_ids")
    if known is None:
        teams = user.memberships.values("team")
        known = sorted(
            Audience.objects.filter(Q(audience_teams__team__in=teams) | Q(audience_users__user=user))
            .values_list("pk", flat=True)
            .distinct()
        )
        user.__dict__["_readable_audience_ids"] = known
    return known


def colleagues_who_read(audience_id: int) -> list[User]:
    """Active colleagues who may write and who are named by an audience, themselves or by a team; by name. One query."""
    from heard.accounts.models import Role, User

    named = Q(memberships__team__in=_teams_of(audience_id)) | Q(pk__in=_users_of(audience_id))
    return list(User.objects.filter(named, is_active=True).exclude(role=Role.READER).distinct().order_by("name"))


def _teams_of(audience_id: int) -> QuerySet[AudienceTeam, Any]:
    from heard.accounts.models import AudienceTeam

    return AudienceTeam.objects.filter(audience=audience_id).values("team")


def _users_of(audience_id: int) -> QuerySet[AudienceUser, Any]:
    from heard.accounts.models import AudienceUser

    return AudienceUser.objects.filter(audience=audience_id).values("user")
