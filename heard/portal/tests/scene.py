"""A conversation as its customer sees it, for the tests of this app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from heard.conversations.customer_links import make_token
from heard.conversations.models import Conversation, Message
from heard.lib.time import now
from heard.people.models import Identity
from heard.portal.models import Code
from heard.portal.services.codes import digits_of
from heard.timeline.services.recording import NewInteraction, record_interaction


def path_to(conversation: Conversation, identity: Identity | None, at: datetime | None = None, rest: str = "") -> str:
    """The address of a page, as a link made at `at` (now) opens it."""
    return f"/c/{make_token(conversation.pk, identity.pk if identity else None, at or now() - timedelta(seconds=1))}/{rest}"


def put(conversation: Conversation, direction: str, text: str, parties: list[tuple[Identity, str]], **fields: Any) -> Message:
    """One message with these parties."""
    at = fields.pop("at", None) or now() - timedelta(minutes=5)
    kind = "note" if direction == "internal" else "message"
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience, channel="note" if kind == "note" else "email", direction=direction, kind=kind,
            happened_at=at, text=text, parties=parties, **fields,
        )
    )  # fmt: skip
    return Message.objects.create(conversation=conversation, interaction=interaction, kind=kind, mailbox=conversation.mailbox)


def prove(client: Client, path: str, wanted: str = "") -> str:
    """Ask for a code on an open page and type it; answers where that leads. The client has the proof from now on."""
    asked = client.post(f"{path}codes/", {"wanted": wanted})
    code = Code.objects.latest("pk")
    answer = client.post(asked.headers["Location"], {"code": digits_of(code)})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def once() -> dict[str, str]:
    """What a form's hidden field sends."""
    return {"once": str(uuid4())}
