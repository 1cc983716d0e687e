"""What a row of the inbox shows."""

from __future__ import annotations

from dataclasses import dataclass

from heard.conversations.models import Conversation
from heard.web.owed import Chip


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation, loaded with its customer, its assignee and its last `words`, and the one thing that is owed."""

    conversation: Conversation
    chip: Chip | None
