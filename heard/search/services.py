"""Putting documents into the index and taking them out. Left apps call these; nothing here knows what a document stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from heard.search.index import Entry, present_index
from heard.search.models import Document
from heard.search.places import place
from heard.search.words import fold, index_text

AT_ONCE = 500
VERSION = 1  # raise it when the same text gives other words: a rebuild then writes every document anew
SHORT_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class NewDocument:
    """Something to be found. `title` (a subject, a name) counts for more than `text`; of `short`, line by line, any part is found."""

    kind: str
    object_id: int
    group_kind: str
    group_id: int
    audience_id: int
    happened_at: datetime
    text: str = ""
    title: str = ""
    short: str = ""
    language: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Documents with their words worked out, ready to be written: `entries` are those that changed, `objects` all that were named."""

    entries: list[Entry]
    unchanged: frozenset[int]
    objects: dict[str, set[int]]

    def without(self, kind: str, object_ids: Collection[int]) -> Prepared:
        """The same without some objects, which are left as they are."""
        entries = [one for one in self.entries if one.document.kind != kind or one.document.object_id not in object_ids]
        return Prepared(entries, self.unchanged, {**self.objects, kind: self.objects.get(kind, set()) - set(object_ids)})


def index_documents(documents: Iterable[NewDocument]) -> int:
    """Make these findable, and nothing else of the same objects: what another audience could find of them goes.

    Answers how many changed. Harmless when run twice: what is unchanged is not written. Works out words, which takes time, so it is
    not for a transaction; see `prepare_documents`.
    """
    return write_documents(prepare_documents(documents))


def prepare_documents(documents: Iterable[NewDocument]) -> Prepared:
    """Work out the words of these documents, outside any transaction: on SQLite that would be the write lock. One query for each kind."""
    new = {(one.kind, one.object_id, one.audience_id): one for one in documents}
    objects: dict[str, set[int]] = defaultdict(set)
    for kind, object_id, _ in new:
        objects[kind].add(object_id)
    known = {(row.kind, row.object_id, row.audience_id): row for row in _documents_of(objects)}
    entries, unchanged = [], set()
    for key, one in new.items():
        document = _document(one)
        if key in known and known[key].fingerprint == document.fingerprint:
            unchanged.add(known[key].pk)
        else:
            entries.append(_entry(one, document))
    return Prepared(entries, frozenset(unchanged), dict(objects))


@transaction.atomic
def write_documents(prepared: Prepared) -> int:
    """Write what `prepare_documents` worked out, in one short transaction. Answers how many documents were added or removed."""
    stale = [row.pk for row in _documents_of(prepared.objects) if row.pk not in prepared.unchanged]
    if stale:
        present_index().delete(stale)
    _find_places([entry.document for entry in prepared.entries])
    present_index().insert(prepared.entries)
    return len(stale) + len(prepared.entries)


@transaction.atomic
def remove_documents(kind: str, object_ids: Collection[int]) -> int:
    """Take objects out of the index, words and all. On SQLite the words are overwritten in the file. Answers how many documents went."""
    ids = [row.pk for row in _documents_of({kind: object_ids})]
    if ids:
        present_index().delete(ids)
    return len(ids)


@transaction.atomic
def move_documents(kind: str, object_ids: Collection[int], audience_id: int) -> int:
    """Let another audience find these objects, and only that one. For objects with one document each. Answers how many moved."""
    documents = [row for row in _documents_of({kind: object_ids}) if row.audience_id != audience_id]
    for document in documents:
        document.audience_id = audience_id
    Document.objects.bulk_update(documents, ["audience_id"], batch_size=AT_ONCE)
    present_index().remark(documents)
    return len(documents)


def mend_index() -> int:
    """Drop documents without words, as they come from a backup of another database, and make what could not be made before.

    Answers how many were dropped; whoever calls this starts the rebuilding.
    """
    with transaction.atomic():
        return int(present_index().mend())


def empty_index() -> None:
    """Forget every document. Whoever calls this starts the rebuilding (`conversations.indexing`)."""
    with transaction.atomic():
        present_index().drop()
        Document.objects.all().delete()
        present_index().create()


def _document(new: NewDocument) -> Document:
    return Document(
        kind=new.kind,
        object_id=new.object_id,
        group_kind=new.group_kind,
        group_id=new.group_id,
        audience_id=new.audience_id,
        channel=new.channel,
        happened_at=new.happened_at,
        short="\n".join(" ".join(fold(line).split()) for line in new.short[:SHORT_LIMIT].splitlines() if line.strip()),
        fingerprint=_fingerprint(new),
    )


def _fingerprint(new: NewDocument) -> int:
    told = [VERSION, new.group_kind, new.group_id, new.happened_at.timestamp(), new.channel, new.language, new.short, new.title, new.text]
    digest = blake2b("\x1f".join(map(str, told)).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _entry(new: NewDocument, document: Document) -> Entry:
    return Entry(document, title=index_text(new.title, new.language), body=index_text(new.text, new.language))


def _documents_of(objects: dict[str, Collection[int]] | dict[str, set[int]]) -> Iterator[Document]:
    for kind, object_ids in objects.items():
        for some in _some_at_once(sorted(object_ids)):
            yield from Document.objects.filter(kind=kind, object_id__in=some)


def _some_at_once(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


def _find_places(documents: Sequence[Document]) -> None:
    """Give each document a free id near its moment. One query when there is room, one more each time there was none."""
    waiting, given, attempt = list(documents), set(), 0
    while waiting:
        asked = [place(one.happened_at, f"{one.kind} {one.object_id} {one.audience_id}", attempt) for one in waiting]
        taken = {pk for some in _some_at_once(asked) for pk in Document.objects.filter(pk__in=some).values_list("pk", flat=True)}
        without = []
        for document, pk in zip(waiting, asked, strict=True):
            if pk in taken or pk in given:
                without.append(document)
            else:
                document.pk = pk
                given.add(pk)
        waiting, attempt = without, attempt + 1
