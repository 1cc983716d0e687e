"""What happened is recorded once, for good: an interaction, whose it is, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heard.accounts.models import Audience, User
from heard.files.models import Blob
from heard.lib.db import insert_rows
from heard.lib.objects import new_row
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.models import Identity
from heard.timeline.models import Attachment, Interaction, InteractionParty


@dataclass(slots=True)
class NewFile:
    """A file to be recorded with an interaction; `part` is its number inside the raw mail `blob`, None for the blob itself."""

    blob: Blob
    name: str
    content_type: str
    size: int
    part: int | None = None
    content_id: str = ""
    is_inline: bool = False


@dataclass(slots=True)
class NewInteraction:
    """Everything of an interaction before it has a row. `parties` are (identity, role)."""

    audience: Audience
    channel: str
    direction: str
    kind: str
    happened_at: datetime
    text: str = ""
    quoted: str = ""
    language: str = ""
    stage: str = ""
    author: User | None = None
    parties: list[tuple[Identity, str]] = field(default_factory=list)
    files: list[NewFile] = field(default_factory=list)
    authentication: str = "none"
    authentication_method: str = ""
    authentication_domain: str = ""
    is_automatic: bool = False
    is_history: bool = False
    once: UUID | None = None


@transaction.atomic(savepoint=False)
def record_interactions(news: Sequence[NewInteraction]) -> list[Interaction]:
    """Record many at once: three inserts for any number. Texts pass `storable`. Answers rows in the order of `news`."""
    learned_at = now()
    interactions = list(insert_rows([_row(new, learned_at) for new in news]))
    parties, files = [], []
    for new, interaction in zip(news, interactions, strict=True):
        parties += [
            new_row(InteractionParty, interaction=interaction, identity=identity, role=role, happened_at=new.happened_at)
            for identity, role in dict.fromkeys(new.parties)
        ]
        files += [_file_row(interaction, file) for file in new.files]
    insert_rows(parties)
    insert_rows(files)
    return interactions


def record_interaction(new: NewInteraction) -> Interaction:
    """`record_interactions` for one."""
    return record_interactions([new])[0]


def _row(new: NewInteraction, learned_at: datetime) -> Interaction:
    return new_row(
        Interaction,
        audience=new.audience,
        channel=new.channel,
        direction=new.direction,
        kind=new.kind,
        happened_at=new.happened_at,
        learned_at=learned_at,
        text=storable(new.text),
        quoted=storable(new.quoted),
        language=new.language,
        stage=new.stage,
        author=new.author,
        authentication=new.authentication,
        authentication_method=new.authentication_method,
        authentication_domain=new.authentication_domain,
        is_automatic=new.is_automatic,
        is_history=new.is_history,
        once=new.once,
    )


def _file_row(interaction: Interaction, file: NewFile) -> Attachment:
    return new_row(
        Attachment,
        interaction=interaction,
        blob=file.blob,
        part=file.part,
        name=storable(file.name, 255),
        content_type=storable(file.content_type, 127),
        content_id=storable(file.content_id, 255),
        size=file.size,
        is_inline=file.is_inline,
    )
