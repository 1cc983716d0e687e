"""Who may know of an event: the same lookup as `readable_audience_ids`, turned round so that one event is asked of many readers.

An audience never changes its names, so what it names is kept for ever; a reader's teams are loaded once, and again when they change.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from heard.accounts.models import AudienceTeam, AudienceUser, Membership, User

MOST_AUDIENCES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides what an active colleague may read."""

    user_id: int
    is_admin: bool
    team_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an audience names. What happens to the installation has no audience: `is_for_operators`, and administrators hear it."""

    team_ids: frozenset[int] = frozenset()
    user_ids: frozenset[int] = frozenset()
    is_for_operators: bool = False

    def may_know(self, reader: Reader) -> bool:
        """Whether `reader` is named, or operates the installation where that is what counts."""
        if self.is_for_operators:
            return reader.is_admin
        return reader.user_id in self.user_ids or not self.team_ids.isdisjoint(reader.team_ids)

    def __or__(self, other: "Named") -> "Named":
        """Whom either names."""
        return Named(self.team_ids | other.team_ids, self.user_ids | other.user_ids, self.is_for_operators or other.is_for_operators)


OPERATORS = Named(is_for_operators=True)
NOBODY = Named()


def readers(user_ids: Iterable[int]) -> dict[int, Reader]:
    """The active ones of these colleagues, by id. Two queries."""
    users = User.objects.filter(pk__in=list(user_ids), is_active=True)
    teams: dict[int, set[int]] = defaultdict(set)
    for user_id, team_id in Membership.objects.filter(user__in=[user.pk for user in users]).values_list("user_id", "team_id"):
        teams[user_id].add(team_id)
    return {user.pk: Reader(user.pk, user.is_admin, frozenset(teams[user.pk])) for user in users}


@dataclass(slots=True)
class Audiences:
    """Whom each audience names, loaded when it is first met."""

    _known: dict[int, Named] = field(default_factory=dict)

    def learn(self, audience_ids: Iterable[int]) -> None:
        """Load those not yet known. Two queries, or none."""
        unknown = set(audience_ids) - self._known.keys()
        if not unknown:
            return
        if len(self._known) > MOST_AUDIENCES_KEPT:
            self._known.clear()
        teams: dict[int, set[int]] = defaultdict(set)
        users: dict[int, set[int]] = defaultdict(set)
        for audience_id, team_id in AudienceTeam.objects.filter(audience__in=unknown).values_list("audience_id", "team_id"):
            teams[audience_id].add(team_id)
        for audience_id, user_id in AudienceUser.objects.filter(audience__in=unknown).values_list("audience_id", "user_id"):
            users[audience_id].add(user_id)
        for audience_id in teams.keys() | users.keys():
            self._known[audience_id] = Named(frozenset(teams[audience_id]), frozenset(users[audience_id]))

    def named(self, audience_id: int) -> Named:
        """Whom an audience names that was learnt before; nobody when there is no such audience."""
        return self._known.get(audience_id, NOBODY)
