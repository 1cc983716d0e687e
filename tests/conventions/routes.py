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


def everyone(status: int) -> Statuses:
    """The same to all, logged in or not."""
    return (status,) * 6


def staff(status: int) -> Statuses:
    """The same to every colleague; who is not logged in is sent to the log-in page."""
    return (302, *(status,) * 5)


def readers(status: int) -> Statuses:
    """For something that belongs to Support: its members get `status`, everybody else a 404, admins of no team too."""
    return (302, status, status, 404, status, 404)


def writers(status: int) -> Statuses:
    """As `readers`, but a reader may look and not touch: 403."""
    return (302, 403, status, 404, status, 404)


def agents(status: int) -> Statuses:
    """Every colleague who may write."""
    return (302, 403, status, status, status, status)


def leads(status: int) -> Statuses:
    """Leads and admins; other colleagues get a 403."""
    return (302, 403, 403, 403, status, status)


def admins(status: int) -> Statuses:
    """Admins alone; other colleagues get a 403."""
    return (302, 403, 403, 403, 403, status)


NO_METHOD = (302, *(405,) * 5)  # logged in or not comes first
NO_METHOD_AT_ALL = everyone(405)


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
