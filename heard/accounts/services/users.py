"""Colleagues and teams: who works here, and in which team."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Membership, Role, Team, User
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal


@transaction.atomic
def add_user(email: str, *, name: str, role: str, teams: Iterable[Team], password: str, by: User | None) -> User:
    """A new colleague with a first password. Raises Refusal for an address that is taken, ValidationError for a weak password."""
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refusal(_("There is an account with this address already."))
    validate_password(password)
    user = User.objects.create_user(email, name=name, role=role, password=password)
    record_event("user.added", user, actor=by, role=role)
    set_teams(user, teams, by=by)
    return user


@transaction.atomic
def change_user(user: User, *, name: str, role: str, is_active: bool, teams: Iterable[Team], by: User) -> User:
    """Change what a colleague may do. Raises Refusal when nobody would be left to administer."""
    user = lock(user)
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if user.is_admin and user.is_active and (role != Role.ADMIN or not is_active) and not others.exists():
        raise Refusal(_("Nobody would be left to administer. Make somebody else an administrator first."))
    was = user.role
    user.name, user.role, user.is_active = name, role, is_active
    user.save(update_fields=["name", "role", "is_active"])
    record_event("user.changed", user, actor=by, role=role, was_role=was, is_active=is_active)
    set_teams(user, teams, by=by)
    return user


@transaction.atomic
def set_teams(user: User, teams: Iterable[Team], *, by: User | None) -> None:
    """Make these the teams of a colleague: what they may read changes with their next click, and on their open screens."""
    wanted, present = {team.pk for team in teams}, set(user.memberships.values_list("team_id", flat=True))
    for team_id in sorted(present - wanted):
        membership = Membership.objects.get(user=user, team=team_id)
        record_event("membership.ended", membership, actor=by, user_id=user.pk, team_id=team_id)
        membership.delete()
    for team_id in sorted(wanted - present):
        membership = Membership.objects.create(user=user, team_id=team_id)
        record_event("membership.added", membership, actor=by, user_id=user.pk, team_id=team_id)
    user.__dict__.pop("_readable_audience_ids", None)


@transaction.atomic
def add_team(name: str, *, is_department: bool = False, email: str = "", by: User | None) -> Team:
    """A new team; `email` is where questions to it go. Raises Refusal for a name that is taken."""
    if Team.objects.filter(name__iexact=name.strip()).exists():
        raise Refusal(_("There is a team of this name already."))
    team = Team.objects.create(name=name.strip(), is_department=is_department, email=email.strip())
    record_event("team.added", team, actor=by)
    return team


@transaction.atomic
def rename_team(team: Team, *, name: str, is_department: bool, email: str = "", by: User) -> Team:
    """Give a team another name or address for questions, or make it a department that is owed things but has no inbox."""
    if Team.objects.filter(name__iexact=name.strip()).exclude(pk=team.pk).exists():
        raise Refusal(_("There is a team of this name already."))
    team.name, team.is_department, team.email = name.strip(), is_department, email.strip()
    team.save(update_fields=["name", "is_department", "email"])
    record_event("team.changed", team, actor=by)
    return team


@transaction.atomic
def set_password(user: User, *, password: str, by: User | None) -> None:
    """A new password; every session of that colleague ends. Raises ValidationError for a weak one."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record_event("user.password_changed", user, actor=by)
