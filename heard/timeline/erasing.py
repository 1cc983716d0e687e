"""What an erasure does to what was said: the person's own interactions become stubs; others' stay without the person in them.

*Theirs* is what they wrote, what is about them (notes), and what we wrote to nobody else who is still here. *Shared* is what somebody else
wrote to them and others, or we wrote to several: the words stay for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from heard.channels.email.envelope import UnreadableEmail
from heard.files import store
from heard.files.models import Blob
from heard.lib.db import lock
from heard.lib.text import storable
from heard.lib.time import now
from heard.privacy.registry import ErasureScope, Outcome, eraser, recaller
from heard.timeline.models import Attachment, Interaction, InteractionParty

AT_ONCE = 500
MOST_READ = 2_000_000
"""Bytes of a file whose words are looked at: a forwarded mail, a card, a log. Pictures and other binary files stay as they are."""


def find_interactions(scope: ErasureScope) -> None:
    """Sort what the person took part in into theirs and shared."""
    roles: dict[int, set[str]] = defaultdict(set)
    for interaction, role in InteractionParty.objects.filter(identity__in=scope.identity_ids).values_list("interaction_id", "role"):
        roles[interaction].add(role)
    living = {pk for some in parts_of(roles) for pk in _with_others(some, scope.identity_ids)}
    theirs = {pk for pk, mine in roles.items() if mine & {"from", "about"} or pk not in living} | set(scope.interaction_ids)
    there = {
        pk
        for some in parts_of({*theirs, *roles})
        for pk in Interaction.objects.filter(pk__in=some, erased_at=None).values_list("pk", flat=True)
    }
    scope.interaction_ids = sorted(theirs & there)
    scope.shared_interaction_ids = sorted((set(roles) - theirs) & there)
    scope.said = [
        text for some in parts_of(_written_by(scope)) for text in Interaction.objects.filter(pk__in=some).values_list("text", flat=True)
    ]


def _with_others(interaction_ids: Iterable[int], identity_ids: list[int]) -> Iterable[int]:
    """Those that somebody else wrote or got who is still here."""
    parties = InteractionParty.objects.filter(interaction__in=interaction_ids, identity__erased_at=None).exclude(role="about")
    return parties.exclude(identity__in=identity_ids).values_list("interaction_id", flat=True)


def _written_by(scope: ErasureScope) -> list[int]:
    mine = InteractionParty.objects.filter(identity__in=scope.identity_ids, role="from").values_list("interaction_id", flat=True)
    return sorted(set(mine) & set(scope.interaction_ids))


@dataclass(slots=True)
class Files:
    """Attachments of shared interactions, out of their raw mails: by attachment its own blob, or None where it is the person's too."""

    own: dict[int, Blob | None] = field(default_factory=dict)


def take_files_out(scope: ErasureScope) -> None:
    """Give the files in raw mails that will go, and that others keep, a blob of their own. Reads and writes files: no transaction."""
    files = Files()
    for some in parts_of(scope.shared_interaction_ids):
        by_mail: dict[Blob, list[Attachment]] = defaultdict(list)
        for attachment in Attachment.objects.filter(interaction__in=some, part__isnull=False).select_related("blob").order_by("pk"):
            by_mail[attachment.blob].append(attachment)
        for blob, attachments in by_mail.items():
            for attachment, content in _contents(blob, attachments):
                files.own[attachment.pk] = None if content is None or _is_theirs(scope, attachment, content) else store.put(content)
    scope.prepared["timeline"] = files


def _contents(blob: Blob, attachments: list[Attachment]) -> Iterator[tuple[Attachment, bytes | None]]:
    from heard.channels.email.parsing import attachment as content_of

    try:
        raw = store.read(blob)
    except store.MissingBytes:
        raw = None
    for attachment in attachments:
        try:
            yield attachment, content_of(raw, attachment.part or 0) if raw is not None else None
        except (KeyError, IndexError, LookupError, UnreadableEmail):
            yield attachment, None


def _is_theirs(scope: ErasureScope, attachment: Attachment, content: bytes) -> bool:
    """Whether a file of words (a forwarded mail, a card) has the person or what they said in it."""
    if not attachment.content_type.startswith(("text/", "message/")) and not _is_text(content):
        return False
    return scope.redactor().touches(content[:MOST_READ].decode("utf-8", "replace"))


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


@eraser("timeline", order=10, find=find_interactions, prepare=take_files_out)
def erase_interactions(scope: ErasureScope) -> list[Outcome]:
    """Empty what is theirs; take them out of what others share."""
    if scope.is_preview:
        theirs = Attachment.objects.filter(interaction__in=scope.interaction_ids).count()
        return _outcomes(len(scope.interaction_ids), theirs, len(scope.shared_interaction_ids))
    moment, files = now(), 0
    for some in parts_of(scope.interaction_ids):
        rows = lock(Interaction.objects.filter(pk__in=some))
        scope.tombstones["interaction"] |= {interaction_mark(row.pk, row.happened_at.isoformat()) for row in rows}
        attachments = Attachment.objects.filter(interaction__in=some)
        scope.litter["files"] |= set(attachments.values_list("blob_id", flat=True))
        files += attachments.delete()[0]
        Interaction.objects.filter(pk__in=some).update(
            text="", quoted="", language="", authentication_domain="", once=None, erased_at=moment
        )
    for some in parts_of(scope.shared_interaction_ids):
        _redact(scope, lock(Interaction.objects.filter(pk__in=some)))
        _redact_files(scope, list(Attachment.objects.filter(interaction__in=some)))
    scope.tables |= {model._meta.db_table for model in (Interaction, Attachment)}
    return _outcomes(len(scope.interaction_ids), files, len(scope.shared_interaction_ids))


def _redact(scope: ErasureScope, rows: list[Interaction]) -> None:
    """What others said stays, without quotations, and without the person's name, addresses and words."""
    for row in rows:
        row.quoted, row.text = "", storable(scope.redactor().words(row.text))
    Interaction.objects.bulk_update(rows, ["quoted", "text"], batch_size=200)


def _redact_files(scope: ErasureScope, attachments: list[Attachment]) -> None:
    prepared: Files = scope.prepared["timeline"]
    kept = []
    for attachment in attachments:
        attachment.name = scope.redactor().names(attachment.name)[:255]
        if attachment.part is not None:
            scope.litter["files"].add(attachment.blob_id)
            own = prepared.own.get(attachment.pk)
            if own is None:
                attachment.delete()
                continue
            attachment.blob, attachment.part, attachment.is_inline, attachment.content_id = own, None, False, ""
        kept.append(attachment)
    Attachment.objects.bulk_update(kept, ["name", "blob", "part", "is_inline", "content_id"], batch_size=200)


@recaller("timeline")
def find_again(scope: ErasureScope, is_buried: Callable[[str, str], bool]) -> None:
    """Interactions of a backup that were emptied since it was made."""
    rows = Interaction.objects.filter(erased_at=None).order_by("pk").values_list("pk", "happened_at")
    scope.interaction_ids += [pk for pk, at in rows.iterator() if is_buried("interaction", interaction_mark(pk, at.isoformat()))]


def interaction_mark(interaction_id: int, happened_at: str) -> str:
    """What is hashed of an interaction."""
    return f"{interaction_id} {happened_at}"


def parts_of(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids in order, some at once: no statement grows with a person's story."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]


def _outcomes(theirs: int, files: int, shared: int) -> list[Outcome]:
    stub = gettext_noop("A stub with kind and times stays of each, so that threads and counts still add up.")
    others = gettext_noop(
        "What other people wrote, or got from us as well, stays theirs: without this person’s name, addresses and quoted words."
    )
    return [Outcome("interactions", theirs, stub, theirs), Outcome("attachments", files), Outcome("shared", shared, others, shared)]
