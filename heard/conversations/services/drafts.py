"""What a colleague has begun to write: kept on the server, so that no crash, sleep or second device loses it."""

from __future__ import annotations

from heard.accounts.models import User
from heard.conversations.models import Conversation, Draft
from heard.lib.text import storable
from heard.lib.time import now


def keep_draft(conversation: Conversation, *, author: User, text: str, is_note: bool) -> None:
    """Save what is written so far; an empty text forgets the draft."""
    if not text.strip():
        Draft.objects.filter(conversation=conversation, author=author, is_note=is_note).delete()
        return
    Draft.objects.update_or_create(
        conversation=conversation, author=author, is_note=is_note, defaults={"text": storable(text, 200_000), "saved_at": now()}
    )
