"""Matching as records come: a record that is new or changed is compared with those that share keys with it, and people are derived again.

Everything here is a function of the records that are there, under one version of the weights. It runs after the act that changed a record,
never inside it. Whoever writes pairs holds the row of the active version first and the identities of the people concerned after that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from heard.lib.db import insert_rows, update_rows
from heard.lib.time import now
from heard.matching.candidates import candidates, crowded_of, generics, holders, is_of_value, keys_of
from heard.matching.model import Model
from heard.matching.models import MatchEdge, MatchKey, MatchModel, MatchRecord
from heard.matching.reading import Reading, read_identities
from heard.matching.records import Record, pack, unpack
from heard.matching.scoring import Evidence, compare
from heard.matching.services.versions import hold_versions, model_of
from heard.people.services.decisions import lock_component, recompute

POSSIBLE = 0.5
AT_ONCE = 500

Pair = tuple[int, int]


def match_identities(identity_ids: Iterable[int]) -> int:
    """Compare these identities as they are now, join and part accordingly. Answers how many had changed; twice does no harm.

    Four queries when nothing changed; about ten and two for each that did otherwise.
    """
    ids = sorted(set(identity_ids))
    if not ids:
        return 0
    with transaction.atomic():
        versions = hold_versions()
        changed, touched = _store(ids, read_identities(ids))
        _match(touched, versions)
        return len(changed)


def forget_identities(identity_ids: Collection[int]) -> int:
    """Remove records, keys and pairs of these identities, and derive the people around them again. Within the erasure."""
    versions = hold_versions()
    known = MatchRecord.objects.filter(identity__in=identity_ids).count()
    _gone, touched = _store(sorted(identity_ids), {})
    _match(touched, versions)
    return known


@transaction.atomic
def rematch(identity_ids: Iterable[int], row: MatchModel) -> int:
    """Find the pairs of these identities anew under one version; for building it. Answers how many pairs there are now."""
    hold_versions()
    return len(_match(sorted(set(identity_ids)), [row]))


# --- records and keys ------------------------------------------------------------------------------------------------------------------


def _store(ids: Sequence[int], readings: Mapping[int, Reading]) -> tuple[list[int], list[int]]:
    """Write what these records are now. Answers those that changed, and all whose pairs may have changed by that."""
    known = {row.identity_id: row for row in MatchRecord.objects.filter(identity__in=ids)}
    new_rows, changed_rows, gone = [], [], []
    added: list[MatchKey] = []
    dropped: list[Pair] = []
    of_values: set[int] = set()
    moment = now()
    for pk in ids:
        reading, row = readings.get(pk), known.get(pk)
        packed = pack(reading.record) if reading else b""
        if row is None and reading is None:
            continue
        if row is not None and reading is not None and bytes(row.packed) == packed and row.is_claim == reading.is_claim:
            continue
        before = keys_of(unpack(bytes(row.packed))) if row else {}
        after = keys_of(reading.record) if reading else {}
        added += [MatchKey(key=key, identity_id=pk) for key in sorted(after.keys() - before.keys())]
        dropped += [(key, pk) for key in before.keys() - after.keys()]
        of_values |= {key for key, text in (*before.items(), *after.items()) if is_of_value(text)}
        if reading is None:
            gone.append(pk)
        elif row is None:
            new_rows.append(MatchRecord(identity_id=pk, packed=packed, is_claim=reading.is_claim, changed_at=moment))
        else:
            row.packed, row.is_claim, row.changed_at = packed, reading.is_claim, moment
            changed_rows.append(row)
    changed = sorted([*gone, *(row.identity_id for row in [*new_rows, *changed_rows])])
    touching = {key.key for key in added} | {key for key, _ in dropped}
    was = _crowded(touching)
    insert_rows(new_rows)
    update_rows(changed_rows, ["packed", "is_claim", "changed_at"])
    MatchRecord.objects.filter(identity__in=gone).delete()
    insert_rows(added, ignore_conflicts=True)
    for key, pk in dropped:
        MatchKey.objects.filter(key=key, identity=pk).delete()
    return changed, sorted({*changed, *_crossed(was, _crowded(touching), of_values)})


def _crowded(keys: Collection[int]) -> set[int]:
    return crowded_of(holders(keys))


def _crossed(was: set[int], is_now: set[int], of_values: set[int]) -> set[int]:
    """Those whose pairs may change because a key turned crowded, or is no more.

    A key that finds somebody again, and a value that begins or ceases to say something, concern all who hold it. One that just finds
    nobody any more only concerns pairs that were found.
    """
    concerned: set[int] = set()
    for key in was ^ is_now:
        held = set(MatchKey.objects.filter(key=key).values_list("identity_id", flat=True))
        if key in is_now and key not in of_values:
            pairs = MatchEdge.objects.filter(one__in=held, other__in=held).exclude(model__state=MatchModel.RETIRED)
            held = {end for pair in pairs.values_list("one_id", "other_id") for end in pair}
        concerned |= held
    return concerned


# --- pairs -----------------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Difference:
    """Between the pairs that are stored under a version and those that hold now."""

    new: list[MatchEdge] = field(default_factory=list)
    changed: list[MatchEdge] = field(default_factory=list)
    gone: list[MatchEdge] = field(default_factory=list)
    held: int = 0

    def __len__(self) -> int:
        return self.held

    def write(self) -> None:
        insert_rows(self.new)
        update_rows(self.changed, ["probability", "weight", "veto", "found_at"])
        MatchEdge.objects.filter(pk__in=[edge.pk for edge in self.gone]).delete()


def _match(touched: Sequence[int], versions: Sequence[MatchModel]) -> _Difference:
    """Find the pairs of these identities anew under each version; derive people again where the active one changed."""
    found = _Difference()
    if not touched:
        return found
    for row in versions:
        before, after = _stored_pairs(touched, row), _pairs(touched, model_of(row))
        found = _difference(before, after, row)
        people = {end for pair in (*before, *after) for end in pair}
        if row.state == MatchModel.ACTIVE and people:
            known = lock_component(people)
            found.write()
            recompute(known)
        else:
            found.write()
    return found


def _stored_pairs(identity_ids: Sequence[int], row: MatchModel) -> dict[Pair, MatchEdge]:
    rows = MatchEdge.objects.filter(Q(one__in=identity_ids) | Q(other__in=identity_ids), model=row)
    return {(edge.one_id, edge.other_id): edge for edge in rows}


def _pairs(identity_ids: Sequence[int], model: Model) -> dict[Pair, Evidence]:
    """Every pair that holds one of these identities and is one person at least as likely as not."""
    found: dict[Pair, Evidence] = {}
    records = _records(identity_ids)
    for pk, record in records.items():
        for other, evidence in matches_of(record, model).items():
            found[min(pk, other), max(pk, other)] = evidence
    return found


def matches_of(record: Record, model: Model, *, at_least: float = POSSIBLE) -> dict[int, Evidence]:
    """Whom of all a record matches, by identity: one record against everybody. Two queries. The record itself need not be stored."""
    keys = keys_of(record)
    held = holders(keys)
    known = _records(candidates(record.identity_id, keys, held))
    says_nothing = generics([record], crowded_of(held))
    found = {}
    for pk, other in known.items():
        evidence = compare(record, other, model, generics=says_nothing)
        if evidence.probability >= at_least:
            found[pk] = evidence
    return found


def _records(identity_ids: Collection[int]) -> dict[int, Record]:
    rows = MatchRecord.objects.filter(identity__in=identity_ids).order_by("identity").values_list("identity_id", "packed")
    return {pk: unpack(bytes(packed)) for pk, packed in rows}


def _difference(before: Mapping[Pair, MatchEdge], after: Mapping[Pair, Evidence], row: MatchModel) -> _Difference:
    found, moment = _Difference(held=len(after)), now()
    for pair, evidence in sorted(after.items()):
        edge = before.get(pair)
        probability, weight = round(evidence.probability, 9), round(evidence.weight, 6)
        if edge is None:
            found.new.append(
                MatchEdge(
                    model=row, one_id=pair[0], other_id=pair[1], probability=probability, weight=weight, veto=evidence.veto[:40],
                    found_at=moment,
                )
            )  # fmt: skip
        elif (edge.probability, edge.weight, edge.veto) != (probability, weight, evidence.veto[:40]):
            edge.probability, edge.weight, edge.veto, edge.found_at = probability, weight, evidence.veto[:40], moment
            found.changed.append(edge)
    found.gone = [edge for pair, edge in before.items() if pair not in after]
    return found
