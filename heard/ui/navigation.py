"""What stands in the rail. Each app adds its own pages when it is ready; the rail asks for what this user may open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise

Section = Literal["main", "company", "operate"]
SECTIONS: tuple[Section, ...] = ("main", "company", "operate")


@dataclass(frozen=True, slots=True)
class Count:
    """A number beside a name. `tone` is "" or "late"; `label` says in words what is counted, for those who hear it."""

    number: int
    tone: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    section: Section
    name: str | Promise
    url_name: str
    icon: str
    order: int
    count: Callable[[Any], "Count | int | None"] | None = None
    roles: frozenset[str] | None = None

    def is_open_to(self, user: Any) -> bool:
        return self.roles is None or getattr(user, "role", None) in self.roles


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail, ready to be shown."""

    name: str
    url: str
    icon: str
    count: Count | None = None
    is_here: bool = False


@dataclass(slots=True)
class Navigation:
    """All that the frame needs. `is_operating`: the page belongs to operations, so the rail shows those pages."""

    main: list[Link] = field(default_factory=list)
    company: list[Link] = field(default_factory=list)
    operate: list[Link] = field(default_factory=list)
    is_operating: bool = False


_entries: dict[str, Entry] = {}


def add(
    section: Section,
    name: str | Promise,
    url_name: str,
    icon: str,
    order: int = 100,
    *,
    count: Callable[[Any], Count | int | None] | None = None,
    roles: Iterable[str] | None = None,
) -> None:
    """Put a page into the rail; called from `AppConfig.ready()`.

    `name` is translated lazily; `icon` is a Lucide name; lower `order` stands higher. `count(user)` is asked once for
    each page shown and must be one cheap query; None shows nothing. `roles` None means everyone who is signed in.
    """
    if section not in SECTIONS:
        raise ValueError(f"{section!r} is no section of the rail; there are {', '.join(SECTIONS)}")
    _entries[url_name] = Entry(section, name, url_name, icon, order, count, frozenset(roles) if roles else None)


def navigation_for(user: Any, path: str) -> Navigation:
    """The rail of `user` on the page at `path`. Pages whose URL does not exist are left out.

    Costs the queries of the counts that are shown: an operator's counts are asked for on operators' pages only.
    """
    shown = Navigation()
    places = {url: entry for entry in _in_order() if entry.is_open_to(user) and (url := _address(entry))}
    here = _longest_match(path, places)
    shown.is_operating = here is not None and places[here].section == "operate"
    for url, entry in places.items():
        wants_count = (entry.section == "operate") == shown.is_operating
        count = _counted(entry, user) if wants_count else None
        link = Link(str(entry.name), url, entry.icon, count, url == here)
        getattr(shown, entry.section).append(link)
    return shown


def _in_order() -> list[Entry]:
    return sorted(_entries.values(), key=lambda entry: (SECTIONS.index(entry.section), entry.order, entry.url_name))


def _address(entry: Entry) -> str | None:
    return _reversed(entry.url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _reversed(url_name: str, urlconf: Any, prefix: str) -> str | None:
    """Each page shows twenty of them, and they are the same as long as the addresses are."""
    try:
        return reverse(url_name, urlconf=urlconf)
    except NoReverseMatch:
        return None


def _longest_match(path: str, places: Iterable[str]) -> str | None:
    """The page whose address begins `path`; "/" is only itself, or every page would be Home."""
    matches = [url for url in places if path == url or (url != "/" and path.startswith(url))]
    return max(matches, key=len, default=None)


def _counted(entry: Entry, user: Any) -> Count | None:
    value = entry.count(user) if entry.count else None
    if isinstance(value, int):
        value = Count(value)
    return value if value and value.number else None
