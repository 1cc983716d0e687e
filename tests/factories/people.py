"""Colleagues, teams and customers."""

from datetime import UTC, datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from heard.accounts.models import Audience, Membership, Team, User
from heard.people.models import Identity
from heard.people.services.identities import identify

PASSWORD = "a long sentence that nobody guesses"
MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@cache
def hashed_password() -> str:
    """PASSWORD hashed once for the whole run: argon2 is slow on purpose."""
    return make_password(PASSWORD)


def make_team(name: str = "Support") -> Team:
    """The team of that name; made when it is new."""
    return Team.objects.get_or_create(name=name)[0]


def make_user(name: str, *, role: str = "agent", teams: tuple[Team, ...] = (), **fields: object) -> User:
    """A colleague whose address is their name at heard.example, with the log-in password PASSWORD."""
    fields.setdefault("email", f"{name.lower()}@heard.example")
    user = User.objects.create(name=name, role=role, password=hashed_password(), **fields)
    Membership.objects.bulk_create([Membership(team=team, user=user) for team in teams])
    return user


def make_customer(
    address: str = "ada@example.org", *, name: str = "Ada Lovelace", audience: Audience, at: datetime = MONDAY_MORNING
) -> Identity:
    """A mail correspondent whom `audience` may know of."""
    return identify(address, name=name, at=at, audience_id=audience.pk)
