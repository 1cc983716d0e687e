"""An erasure in words: one line for each store, for the page, the paper and the terminal. No name, no address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heard.privacy.models import Erasure
from heard.privacy.registry import Outcome

NAMES: dict[str, str | Promise] = {
    "interactions": _("Messages and notes, theirs or about them"),
    "attachments": _("Files with them"),
    "shared": _("Messages that others share"),
    "conversations": _("Conversations"),
    "drafts": _("Drafts of colleagues"),
    "deliveries": _("Deliveries with their address"),
    "promises": _("Sentences of promises"),
    "signals": _("Places of words that were marked"),
    "match_reviews": _("Answers of colleagues about who is who"),
    "improvements": _("Colleagues’ words about changes"),
    "originals": _("Original mails"),
    "quarantine": _("In quarantine"),
    "mail_server": _("On the mail server"),
    "search": _("Entries of the search"),
    "outbox": _("Files in the outbox"),
    "files": _("Contents on the disk"),
    "identities": _("Records of the person"),
    "identifiers": _("Addresses"),
    "facts": _("Names and facts as given"),
    "accesses": _("Looks at their pages"),
    "events": _("The log of what happened"),
    "database": _("The database’s own files"),
    "backups": _("Backups"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one store did: `rows` were changed or removed, `stays` were left, and `left` says what and why."""

    name: str
    rows: int
    stays: int
    left: str


def preview_lines(outcomes: Iterable[Outcome]) -> list[Line]:
    """What an erasure would do, in the reader's language."""
    return [_line(asdict(outcome)) for outcome in outcomes]


def certificate_lines(erasure: Erasure) -> list[Line]:
    """What an erasure did, in the reader's language."""
    return [_line(outcome) for outcome in erasure.outcomes]


def _line(outcome: dict[str, Any]) -> Line:
    left = outcome.get("left", "")
    return Line(str(NAMES.get(outcome["store"], outcome["store"])), outcome["rows"], outcome.get("stays", 0), gettext(left) if left else "")
