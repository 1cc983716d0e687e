"""A file of people: looked at without changing anything, then taken in batch by batch; what was taken is not taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.bridges.csvs.columns import FIELDS, guessed
from heard.bridges.csvs.tables import ENCODINGS, SEPARATORS, Beginning, beginning_of, form_of
from heard.bridges.entries import Entry, entries_in, form_from, kind_of
from heard.bridges.models import FileState, PeopleFile, PeopleSource
from heard.events import record_event
from heard.files import store
from heard.lib.batches import batched
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.tables import Problem, WrongFile
from heard.lib.text import storable
from heard.lib.time import now
from heard.people.services.records import put_many

AT_ONCE = 200
MOST_PROBLEMS = 200
LOOKED_AT_ONCE = 1_000
KEPT_FOR = timedelta(days=1)
COUNTED = ("made", "changed", "unchanged", "left_alone", "refused", "left_out")


@dataclass(slots=True)
class Counts:
    """What came of a file, or would come of it: people, entries that could not be taken, and values that were left out of others."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: int = 0
    refused: int = 0
    left_out: int = 0
    problems: list[tuple[int, str, bool]] = field(default_factory=list)

    def refuse(self, line: int, message: str) -> None:
        self.refused += 1
        self._tell(line, message, is_whole=True)

    def leave_out(self, line: int, message: str) -> None:
        self.left_out += 1
        self._tell(line, message, is_whole=False)

    def _tell(self, line: int, message: str, *, is_whole: bool) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((line, message, is_whole))


def look_at_file(raw: bytes, *, name: str, source: PeopleSource, by: User) -> PeopleFile:
    """Keep a file and say what it would do; a large one is looked at by a task. Changes nobody. Raises WrongFile; not inside a transaction."""
    kind = kind_of(raw, name)
    form: dict[str, object] = {}
    mapping: list[str] = []
    if kind == "csv":
        found = form_of(raw)
        form, mapping = {**asdict(found), "days": ""}, guessed(beginning_of(raw, found))
    elif not any(
        True for _entry in islice(entries_in(raw, kind=kind, form={}, mapping=[], at=now(), zone=timezone.get_default_timezone()), 1)
    ):
        raise WrongFile(_("There is no card in this file."))
    blob = store.put(raw)
    file = PeopleFile.objects.create(
        kind=kind, name=storable(name, 200), source=source, form=form, mapping=mapping, blob=blob, by=by, at=now(), state=FileState.LOOKING
    )
    _look_soon(file, raw)
    return file


def map_file(file: PeopleFile, *, form: dict[str, object], mapping: Sequence[str]) -> PeopleFile:
    """Read a CSV file otherwise: other letters or separator, other columns. It is looked at again. Raises WrongFile and Refusal."""
    if file.kind != "csv" or file.blob is None or file.state not in {FileState.LOOKED_AT, FileState.LOOKING}:
        raise Refusal(_("This file is not here any more. Bring it again."))
    raw = store.read(file.blob)
    encoding = form.get("encoding") if form.get("encoding") in ENCODINGS else "utf-8"
    wanted = {
        "encoding": encoding,
        "separator": form.get("separator") if form.get("separator") in SEPARATORS else ",",
        "has_heading": bool(form.get("has_heading")),
        "days": form.get("days") if form.get("days") in {"day", "month"} else "",
    }
    beginning = beginning_of(raw, form_from(wanted))
    was = {name: file.form.get(name) for name in ("encoding", "separator", "has_heading")}
    is_read_otherwise = was != {name: wanted[name] for name in was} or len(mapping) != len(beginning.headings)
    with transaction.atomic():
        held = lock(file)
        if held.state not in {FileState.LOOKED_AT, FileState.LOOKING}:
            return held
        held.form = wanted
        held.mapping = guessed(beginning) if is_read_otherwise else [one if one in FIELDS else "" for one in mapping]
        held.state = FileState.LOOKING
        _empty(held)
        held.save()
    _look_soon(held, raw)
    return held


def _look_soon(file: PeopleFile, raw: bytes) -> None:
    """A small file is looked at here and now, a large one by a task: the page says so until then."""
    from heard.bridges.tasks import look_at

    if raw.count(b"\n") <= LOOKED_AT_ONCE:
        look(file.pk)
    else:
        with transaction.atomic():
            look_at.using(dedupe=f"people-file:{file.pk}").enqueue(file.pk)


def look(file_id: int) -> None:
    """Say what a file would do, exactly: everything is put and taken back again, a batch at a time. May run twice."""
    file = PeopleFile.objects.select_related("source", "blob").get(pk=file_id)
    if file.state != FileState.LOOKING or file.blob is None:
        return
    counts = Counts()
    try:
        for some in batched(_entries(file, store.read(file.blob)), AT_ONCE):
            with transaction.atomic():
                _put(file.source, some, counts)
                transaction.set_rollback(True)
    except WrongFile as problem:
        counts = Counts(problems=[(0, str(problem), True)])
    with transaction.atomic():
        held = lock(file)
        if held.state != FileState.LOOKING or held.mapping != file.mapping or held.form != file.form:
            return
        _note(held, counts)
        held.state = FileState.LOOKED_AT
        held.save()
    file.refresh_from_db()


def beginning(file: PeopleFile) -> Beginning | None:
    """Headings and first rows of a CSV file that is still here."""
    if file.kind != "csv" or file.blob is None:
        return None
    return beginning_of(store.read(file.blob), form_from(file.form))


def first_of(file: PeopleFile, most: int) -> list[Entry]:
    """The first people of a file as they were understood; none when the file is gone or its columns say nobody."""
    if file.blob is None:
        return []
    try:
        return list(islice((one for one in _entries(file, store.read(file.blob)) if isinstance(one, Entry)), most))
    except WrongFile:
        return []


@transaction.atomic
def start_file(file: PeopleFile, *, by: User) -> PeopleFile:
    """Take in what was looked at: a task does it. Starting twice starts once. Raises Refusal when the file is gone or says nobody."""
    from heard.bridges.tasks import take_in

    file = lock(file)
    if file.state in {FileState.RUNNING, FileState.DONE}:
        return file
    if file.blob_id is None or file.state == FileState.DROPPED:
        raise Refusal(_("This file is not here any more. Bring it again."))
    if file.state == FileState.LOOKING:
        raise Refusal(_("This file is still being looked at. Wait a moment."))
    if not file.made + file.changed + file.unchanged + file.left_alone:
        raise Refusal(_("There is nobody in this file who could be taken in."))
    file.state = FileState.RUNNING
    _empty(file)
    file.save()
    record_event("people_file.started", file, actor=by, file_kind=file.kind)
    take_in.enqueue(file.pk)
    return file


@transaction.atomic
def drop_file(file: PeopleFile) -> PeopleFile:
    """Let a file go that nobody wants taken in. What runs or is done stays."""
    file = lock(file)
    if file.state in {FileState.LOOKED_AT, FileState.LOOKING}:
        file.state, file.finished_at = FileState.DROPPED, now()
        _let_go(file)
    return file


def take(file_id: int) -> None:
    """The task's work: batch by batch, each with the count of how far it came, so that a second run goes on. May run twice."""
    file = PeopleFile.objects.select_related("source", "blob", "by").get(pk=file_id)
    if file.state != FileState.RUNNING or file.blob is None:
        return
    entries = _entries(file, store.read(file.blob))
    for _skipped in islice(entries, file.done):
        pass
    for some in batched(entries, AT_ONCE):
        counts = Counts()
        with transaction.atomic():
            held = lock(file)
            if held.state != FileState.RUNNING or held.done != file.done:
                return
            _put(file.source, some, counts)
            held.done += len(some)
            _note(held, counts)
            held.save(update_fields=["done", *COUNTED, "problems"])
        file.done = held.done
    _finish(file)


def take_people(
    raw: bytes,
    *,
    name: str,
    source: PeopleSource,
    mapping: dict[str, str],
    form: dict[str, object],
    is_dry: bool,
    tell: Callable[[int], None],
) -> Counts:
    """The command line's way: everything at once, or with `is_dry` only what it would do. `mapping` names fields by heading.

    `tell` hears how many entries were read. Raises WrongFile.
    """
    kind, columns = kind_of(raw, name), []
    if kind == "csv":
        found = {**asdict(form_of(raw)), "days": "", **form}
        start = beginning_of(raw, form_from(found))
        columns = guessed(start)
        for heading, wanted in mapping.items():
            if heading not in start.headings:
                raise WrongFile(
                    _("There is no column “%(column)s”. The columns found are: %(found)s.")
                    % {"column": heading, "found": ", ".join(start.headings[:30])}
                )
            columns[start.headings.index(heading)] = wanted
        form = found
    counts, done = Counts(), 0
    for some in batched(entries_in(raw, kind=kind, form=form, mapping=columns, at=now(), zone=timezone.get_default_timezone()), AT_ONCE):
        with transaction.atomic():
            _put(source, some, counts)
            transaction.set_rollback(is_dry)
        done += len(some)
        tell(done)
    return counts


def drop_old_files() -> int:
    """Let go of files that nobody took in within a day. Answers how many."""
    old = PeopleFile.objects.filter(state__in=[FileState.LOOKED_AT, FileState.LOOKING], blob__isnull=False, at__lt=now() - KEPT_FOR)
    return sum(drop_file(file).state == FileState.DROPPED for file in old)


def _entries(file: PeopleFile, raw: bytes) -> Iterator[Entry | Problem]:
    return entries_in(raw, kind=file.kind, form=file.form, mapping=file.mapping, at=file.at, zone=timezone.get_default_timezone())


def _put(source: PeopleSource, some: Sequence[Entry | Problem], counts: Counts) -> None:
    """Put the right ones among people, and count. A record that people refuse is told by its line."""
    entries = []
    for one in some:
        if isinstance(one, Problem):
            counts.refuse(one.line, one.message)
        else:
            entries.append(one)
    puts = put_many(source.source, [(one.external_id, one.record, one.at) for one in entries], audience_id=source.audience_id)
    for one, put in zip(entries, puts, strict=True):
        if put.verdict == "refused":
            counts.refuse(one.line, put.problem)
            continue
        for message in one.left_out:
            counts.leave_out(one.line, message)
        name = {"older": "unchanged", "erased": "left_alone"}.get(put.verdict, put.verdict)
        setattr(counts, name, getattr(counts, name) + 1)


def _note(file: PeopleFile, counts: Counts) -> None:
    for name in COUNTED:
        setattr(file, name, getattr(file, name) + getattr(counts, name))
    file.problems = [*file.problems, *sorted(list(one) for one in counts.problems)][:MOST_PROBLEMS]


def _empty(file: PeopleFile) -> None:
    file.done = 0
    file.problems = []
    for name in COUNTED:
        setattr(file, name, 0)


@transaction.atomic
def _finish(file: PeopleFile) -> None:
    file = lock(file)
    if file.state != FileState.RUNNING:
        return
    file.state, file.finished_at = FileState.DONE, now()
    record_event(
        "people_file.finished", file, actor=file.by, made=file.made, changed=file.changed, unchanged=file.unchanged, refused=file.refused
    )
    _let_go(file)


def _let_go(file: PeopleFile) -> None:
    """The row lets go of the file; a task removes its bytes."""
    from heard.bridges.tasks import remove_file

    blob, file.blob = file.blob_id, None
    file.save(update_fields=["state", "finished_at", "blob"])
    if blob is not None:
        remove_file.enqueue(blob)
