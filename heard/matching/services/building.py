"""A version is learned from the installation's records, and the pairs of everybody under it are found in batch.

`catching_up` finds the same pairs one by one; this is for sets for which that would take days. Meanwhile live matching goes on under both
versions, so what changes while the batch runs is looked at again in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from heard.lib.batches import batched
from heard.lib.db import insert_rows, lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.matching.candidates import MOST_HOLDERS
from heard.matching.freezing import freeze
from heard.matching.model import Model, default_model
from heard.matching.models import MatchEdge, MatchKey, MatchModel, MatchRecord
from heard.matching.records import unpack
from heard.matching.services.catching_up import catch_up
from heard.matching.services.live import rematch
from heard.matching.services.versions import active_version, begin_version, hold_versions, model_of
from heard.matching.training.learning import learn
from heard.matching.training.rebuilding import Match, compare_all
from heard.people.models import Identity

READ_AT_ONCE, WRITE_AT_ONCE, LOOK_AGAIN_AT_ONCE = 5_000, 2_000, 20

Report = Callable[[str, int], None]


def quiet(_what: str, _count: int) -> None:
    """Tell nobody how far it is."""


def train_version(*, engine: str = "duckdb", version: str = "", folder: Path | None = None, processes: int = 0) -> Model:
    """Learn a model from everybody's records; it is kept nowhere yet. Raises Refusal where there is too little to learn from."""
    return learn(
        packed_records, default_model(), version=version or free_name(), engine=engine, folder=folder or work_folder(), processes=processes
    )


def frozen_version() -> Model:
    """The weights of now, with the frequencies, shared values and numbers of today's records, as a new version."""
    return freeze(model_of(active_version()), map(unpack, packed_records()), version=free_name())


def build_version(
    row: MatchModel, *, engine: str = "duckdb", folder: Path | None = None, processes: int = 0, report: Report = quiet
) -> int:
    """Find all pairs under a version that is being built. Answers how many there are. May be interrupted, and begun again. Raises Refusal."""
    if row.state != MatchModel.BUILDING:
        raise Refusal(_("Only a version that is being built can be rebuilt."))
    while not catch_up():  # everybody has a record first
        report("records", MatchRecord.objects.count())
    begun, crowded = now(), set[int]()
    found = compare_all(
        packed_records(), model_of(row), engine=engine, folder=folder or work_folder(), processes=processes, on_crowded=crowded.update
    )
    pairs, written = set[tuple[int, int]](), 0
    with closing(found):
        for portion in batched(found, WRITE_AT_ONCE):
            _write(row, portion)
            pairs.update((each.one, each.other) for each in portion)
            report("pairs", written := written + len(portion))
    for some in batched(sorted(_stale(row, pairs) | _changed_since(begun, crowded)), LOOK_AGAIN_AT_ONCE):
        rematch(some, row)
    _reached(row)
    return row.edges.count()


def is_built(row: MatchModel) -> bool:
    """Whether everybody was looked at under this version."""
    return bool(row.matched_until) and catch_up(row, seconds=0)


def packed_records() -> Iterator[bytes]:
    """Everybody's record, in order of identity; some thousand at a time."""
    after = 0
    while True:
        rows = list(MatchRecord.objects.filter(identity__gt=after).order_by("identity").values_list("identity_id", "packed")[:READ_AT_ONCE])
        if not rows:
            return
        yield from (bytes(packed) for _pk, packed in rows)
        after = rows[-1][0]


def free_name() -> str:
    """A name for a version made today."""
    today = f"{now():%Y-%m-%d}"
    taken = set(MatchModel.objects.filter(version__startswith=today).values_list("version", flat=True)) | {default_model().version}
    return next(name for number in range(1, len(taken) + 2) if (name := today if number == 1 else f"{today}.{number}") not in taken)


def newest_building() -> MatchModel | None:
    """The version that was begun last and is not in force yet."""
    return MatchModel.objects.filter(state=MatchModel.BUILDING).order_by("-begun_at", "-pk").first()


def begin(model: Model) -> MatchModel:
    """Build this model, under a name that is free where its own is taken by another."""
    known = MatchModel.objects.filter(version=model.version).first()
    if known is not None and bytes(known.weights) != model.dump():
        model = replace(model, version=free_name())
    return begin_version(model)


def work_folder() -> Path:
    """Where batches put their files; only its owner may look."""
    return Path(settings.HOME) / "matching"


@transaction.atomic
def _write(row: MatchModel, found: list[Match]) -> None:
    """Pairs that live matching wrote meanwhile stay as they are: they are younger."""
    hold_versions()
    moment = now()
    rows = [
        MatchEdge(
            model=row, one_id=each.one, other_id=each.other, probability=each.probability, weight=each.weight, veto=each.veto[:40],
            found_at=moment,
        )
        for each in found
    ]  # fmt: skip
    insert_rows(rows, ignore_conflicts=True)


def _stale(row: MatchModel, found: set[tuple[int, int]]) -> set[int]:
    """Who stands in pairs that an earlier building left and this one did not find."""
    pairs = row.edges.values_list("one_id", "other_id").iterator(chunk_size=READ_AT_ONCE)
    return {end for pair in pairs if pair not in found for end in pair}


def _changed_since(moment: object, crowded: set[int]) -> set[int]:
    """Whom the batch did not see as they are now: who came, changed or went, and who holds a key that too many hold since, or no more."""
    changed = set(MatchRecord.objects.filter(changed_at__gte=moment).values_list("identity_id", flat=True))
    changed |= set(Identity.objects.filter(erased_at__gte=moment).values_list("pk", flat=True))
    crossed = list(crowded ^ _crowded_keys()) if changed else []
    for some in batched(crossed, 500):
        changed |= set(MatchKey.objects.filter(key__in=some).values_list("identity_id", flat=True))
    return changed


def _crowded_keys() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM match_keys GROUP BY key HAVING count(*) > %s", [MOST_HOLDERS])
        return {key for (key,) in cursor.fetchall()}


@transaction.atomic
def _reached(row: MatchModel) -> None:
    """Whoever came meanwhile was matched under this version as well."""
    hold_versions()
    held = lock(row)
    newest = MatchRecord.objects.order_by("-identity").values_list("identity_id", flat=True).first() or 0
    held.matched_until = row.matched_until = max(held.matched_until, newest)
    held.save(update_fields=["matched_until"])
