"""What an erasure does to originals: the raw mail goes, a stub stays in the ledger, and marks stay by which it is known again.

A raw mail in which the person is named or quoted counts as theirs, whoever sent it: the others keep what was understood of it, and its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from heard.channels.email.understanding import understand
from heard.files import store
from heard.inbound.models import Inbound, MailImport, State
from heard.inbound.services.reading import who_speaks
from heard.inbound.services.refusing import content_mark, transport_mark
from heard.lib.db import lock
from heard.lib.time import now
from heard.people.rules import normalise_email
from heard.privacy.registry import ErasureScope, Outcome, eraser, recaller
from heard.privacy.tombstones import keyed
from heard.timeline.erasing import parts_of

FINAL = (State.DISCARDED,)


@dataclass(slots=True)
class Originals:
    """What was read of originals before the transaction: by id, the mark of their content; and those nobody filed that are theirs too."""

    marks: dict[int, str] = field(default_factory=dict)
    unfiled: set[int] = field(default_factory=set)
    left_in_quarantine: int = 0


def find_originals(scope: ErasureScope) -> None:
    """The originals of everything that is emptied or redacted; copies and notices about it too."""
    found = set(scope.original_ids)
    for some in parts_of({*scope.interaction_ids, *scope.shared_interaction_ids}):
        found |= set(Inbound.objects.filter(interaction__in=some, blob__isnull=False).values_list("pk", flat=True))
    scope.original_ids = sorted(found)


def read_originals(scope: ErasureScope) -> None:
    """Read them for the marks of their content, and look through what was never filed. Reads files: no transaction."""
    read = Originals()
    for some in parts_of(scope.original_ids):
        for inbound in Inbound.objects.filter(pk__in=some, blob__isnull=False).select_related("blob"):
            read.marks[inbound.pk] = _mark_of(_bytes_of(inbound))
    for inbound, raw in _never_filed() if scope.identity_ids else ():
        if not _names_them(scope, raw):
            continue
        if inbound.state in FINAL or _is_from_them(scope, raw):
            read.unfiled.add(inbound.pk)
            read.marks[inbound.pk] = _mark_of(raw)
        else:
            read.left_in_quarantine += 1
    scope.prepared["inbound"] = read


def _never_filed() -> Iterator[tuple[Inbound, bytes]]:
    """What was put aside, lies in quarantine or is in hand: nothing but its bytes tells whose it is."""
    rows = Inbound.objects.filter(interaction=None, blob__isnull=False).exclude(state=State.ERASED).select_related("blob")
    for inbound in rows.order_by("pk").iterator():
        yield inbound, _bytes_of(inbound)


def _bytes_of(inbound: Inbound) -> bytes:
    if inbound.blob is None:
        return b""
    try:
        return store.read(inbound.blob)
    except store.MissingBytes:
        return b""


def _names_them(scope: ErasureScope, raw: bytes) -> bool:
    """Whether one of their addresses is in the bytes, or in the words that are encoded there."""
    addresses = scope.values("email")
    small = raw.lower()
    if any(address.encode().lower() in small for address in addresses):
        return True
    mail = understand(raw).mail if b"base64" in small or b"quoted-printable" in small else None
    return mail is not None and scope.redactor().has_address(f"{mail.subject}\n{mail.text}\n{mail.quoted_text}")


def _is_from_them(scope: ErasureScope, raw: bytes) -> bool:
    mail = understand(raw).mail
    sender = who_speaks(mail) if mail is not None else None
    return sender is not None and normalise_email(sender.address) in scope.values("email")


def _mark_of(raw: bytes) -> str:
    mail = understand(raw).mail if raw else None
    sender = who_speaks(mail) if mail is not None else None
    return content_mark(mail, sender) if mail is not None and sender is not None else ""


@eraser("inbound", order=30, find=find_originals, prepare=read_originals)
def erase_originals(scope: ErasureScope) -> list[Outcome]:
    """Remove the raw mails. Of what was filed for others the row stays filed; everything else counts as erased in the ledger."""
    read: Originals | None = scope.prepared.get("inbound")
    if read is None:  # a preview does not read files
        return _outcomes(len(scope.original_ids), 0)
    removed = 0
    for some in parts_of({*scope.original_ids, *read.unfiled}):
        rows = [row for row in lock(Inbound.objects.filter(pk__in=some)) if row.blob_id is not None]
        for row in rows:
            _note_marks(scope, row, read.marks.get(row.pk, ""))
            _empty(scope, row)
        Inbound.objects.bulk_update(rows, COLUMNS, batch_size=200)
        removed += len(rows)
    _forget_names_of_files(scope)
    scope.tables |= {Inbound._meta.db_table, MailImport._meta.db_table}
    return _outcomes(removed, read.left_in_quarantine)


COLUMNS = ["state", "cause", "detail", "blob", "digest", "transport_id", "settled_at"]


def _note_marks(scope: ErasureScope, row: Inbound, content: str) -> None:
    scope.tombstones["mail"].add(row.digest)
    if content:
        scope.tombstones["message"].add(content)
    if row.transport == "imap":
        scope.tombstones["transport"].add(transport_mark(row.mailbox_id, row.transport_id))


def _empty(scope: ErasureScope, row: Inbound) -> None:
    if row.transport == "import":
        _forget_file(scope, row)
    if row.blob_id is not None:
        scope.litter["files"].add(row.blob_id)
    if row.interaction_id is None or row.interaction_id not in scope.shared_interaction_ids:
        row.state, row.cause, row.detail = State.ERASED, "", ""
        row.settled_at = row.settled_at or now()
    row.blob, row.digest, row.transport_id = None, keyed("mail", row.digest), ""


def _forget_file(scope: ErasureScope, row: Inbound) -> None:
    """A file that held this one mail alone may be named after somebody."""
    name, _, start = row.transport_id.rpartition(":")
    if start == "0":
        _hide_paths(MailImport.objects.filter(mailbox=row.mailbox_id, path__endswith=f"/{name}", taken__lte=1))


def _forget_names_of_files(scope: ErasureScope) -> None:
    for needle in {value for _, value in scope.needles if len(value) >= 5}:
        _hide_paths(MailImport.objects.filter(path__icontains=needle))


def _hide_paths(imports: Iterable[MailImport]) -> None:
    for one in imports:
        one.path = keyed("path", one.path)
        one.save(update_fields=["path"])


@recaller("inbound")
def find_again(scope: ErasureScope, is_buried: Callable[[str, str], bool]) -> None:
    """Originals of a backup that were removed since it was made."""
    rows = Inbound.objects.filter(blob__isnull=False).order_by("pk").values_list("pk", "digest")
    scope.original_ids += [pk for pk, digest in rows.iterator() if is_buried("mail", digest)]


def _outcomes(originals: int, left_in_quarantine: int) -> list[Outcome]:
    marks = gettext_noop("A line in the ledger and keyed one-way marks stay, so that neither import nor mail server brings it back.")
    outcomes = [Outcome("originals", originals, marks, originals)]
    if left_in_quarantine:
        outcomes.append(
            Outcome(
                "quarantine",
                0,
                gettext_noop("Somebody else’s messages in quarantine name this person: settle them, then erase again."),
                left_in_quarantine,
            )
        )
    server = gettext_noop("Mail that still lies on the mail server is not ours to remove: delete it there. It is not taken again.")
    return [*outcomes, Outcome("mail_server", 0, server)]
