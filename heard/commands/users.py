"""`heard user add`."""

import argparse
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from heard.accounts.models import Membership, Team, User
from heard.events import record_event
from heard.lib.console import complain, say

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def add(args: argparse.Namespace) -> int:
    """Make an account; the password is printed once when it was made here."""
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else ""
    try:
        user, shown = add_user(args.email, name=args.name or "", role=args.role, teams=args.team, password=password)
    except ValidationError as error:
        complain(f"heard user add: {' '.join(error.messages)}")
        return 2
    if user is None:
        complain(f"heard user add: {args.email} has an account already")
        return 1
    say(f"{user.email} can log in as {user.get_role_display()}." + (f" Password: {shown}" if shown else ""))
    return 0


def add_user(email: str, *, name: str, role: str, teams: list[str], password: str) -> tuple[User | None, str]:
    """Make an account and the teams it names; the user, and the password if it was made up here.

    (None, "") when the address has an account already. Raises ValidationError for a password that is too weak.
    """
    made_up = "" if password else "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))
    if password:
        validate_password(password)
    with transaction.atomic():
        if User.objects.filter(email=email.strip().lower()).exists():
            return None, ""
        user = User.objects.create_user(email, name=name or email.split("@")[0], password=password or made_up, role=role)
        record_event("user.added", user, role=role)
        for team_name in teams:
            team = _team(team_name)
            membership = Membership.objects.create(user=user, team=team)
            record_event("membership.added", membership, user_id=user.pk, team_id=team.pk)
    return user, made_up


def _team(name: str) -> Team:
    team = Team.objects.filter(name__iexact=name.strip()).first()
    if team is None:
        team = Team.objects.create(name=name.strip())
        record_event("team.added", team)
    return team
