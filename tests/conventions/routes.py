"""The language in which `route_answers.py` states what every address answers to whom.

Roles, always in this order: anonymous · reader · agent · outsider (an agent of another team) · lead · admin (of no team).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROLES = ("anonymous", "reader", "agent", "outsider", "lead", "admin")
Statuses = tuple[int, int, int, int, int, int]
Values = dict[str, Any] | Callable[[Any], dict[str, Any]]


OK, LOG_IN, DONE, FORBIDDEN, ABSENT, NO_METHOD = 200, 302, 303, 403, 404, 405


def everyone(status: int) -> Statuses:
    """The same to all, logged in or not."""
    return (status,) * 6


def staff(status: int) -> Statuses:
    """The same to every colleague; who is not logged in is sent to the log-in page."""
    return (LOG_IN, *(status,) * 5)


def writers(status: int) -> Statuses:
    """Every colleague who may write; a reader is forbidden."""
    return (LOG_IN, FORBIDDEN, status, status, status, status)


def readers_of_it(status: int) -> Statuses:
    """For something that belongs to Support: to its members it is there, to everybody else absent, to an admin of no team too."""
    return (LOG_IN, status, status, ABSENT, status, ABSENT)


def writers_of_it(status: int) -> Statuses:
    """As `readers_of_it`, but a reader may look and not touch."""
    return (LOG_IN, FORBIDDEN, status, ABSENT, status, ABSENT)


def leads(status: int) -> Statuses:
    """Leads and admins; other colleagues are forbidden."""
    return (LOG_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, status, status)


def admins(status: int) -> Statuses:
    """Admins alone; other colleagues are forbidden."""
    return (LOG_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, status)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one address answers. `where` and `data` are values, or functions of the world that give them.

    `query` follows the address of a GET; `data` is the POST that a form would send. `writes_on_get` names the tables that a
    GET may change, beside sessions and the log of reads.
    """

    get: Statuses
    post: Statuses
    where: Values = field(default_factory=dict)
    data: Values = field(default_factory=dict)
    query: str = ""
    writes_on_get: frozenset[str] = frozenset()


def own_patterns(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every (full name, pattern) below heard.urls; an address without a name is given as its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from own_patterns(pattern, inner)
        else:
            yield ":".join((*namespaces, pattern.name or str(pattern.pattern))), pattern
