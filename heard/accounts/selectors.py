"""Who may read what: the one lookup behind every `visible_to`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from heard.lib.prepared import prepared
from heard.lib.time import now

if TYPE_CHECKING:
    from heard.accounts.models import Absence, Audience, Team, User

STANDING_IN_STEPS = 5


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


def answering_teams() -> list[Team]:
    """Those who read what comes from elsewhere unless somebody says otherwise: every team that answers customers. One query."""
    from heard.accounts.models import Team

    return list(Team.objects.filter(is_department=False).order_by("pk"))


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


def standing_in(user_ids: Collection[int]) -> dict[int, User | None]:
    """By colleague, who of ours is there for their customers now: themselves, or whoever stands in while they are away; None when nobody.

    Whoever stands in and is away themselves passes it on, at most five times. Two queries, and two for each further step.
    """
    from heard.accounts.models import User

    present: dict[int, User | None] = {}
    asked: dict[int, list[int]] = {user_id: [user_id] for user_id in user_ids}
    for _step in range(STANDING_IN_STEPS + 1):
        wanted = {trail[-1] for trail in asked.values()}
        if not wanted:
            break
        users, covers = User.objects.in_bulk(wanted), _covers(wanted)
        for user_id, trail in list(asked.items()):
            user = users.get(trail[-1])
            is_away = user is not None and (user.is_away or user.pk in covers)
            if user is not None and user.is_active and user.can_write and not is_away:
                present[user_id] = user
                del asked[user_id]
                continue
            cover = covers.get(trail[-1])
            if cover is None or cover in trail:
                present[user_id] = None
                del asked[user_id]
            else:
                trail.append(cover)
    return present | dict.fromkeys(asked)


def _covers(user_ids: Collection[int]) -> dict[int, int | None]:
    """Of these colleagues those who are away by an absence now, and who stands in for them."""
    from heard.accounts.models import Absence

    moment = now()
    rows = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment), user__in=user_ids, ended_at=None, starts_at__lte=moment)
    return dict(rows.order_by("pk").values_list("user", "cover"))


def absences_of(user: User) -> list[Absence]:
    """A colleague's absences that run or are to come, soonest first. One query."""
    from heard.accounts.models import Absence

    rows = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now()), user=user, ended_at=None)
    return list(rows.select_related("cover", "by").order_by("starts_at"))


def covered_by(user: User) -> list[Absence]:
    """For whom a colleague stands in now. One query."""
    from heard.accounts.models import Absence

    moment = now()
    rows = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment), cover=user, ended_at=None, starts_at__lte=moment)
    return list(rows.select_related("user").order_by("user__name"))
