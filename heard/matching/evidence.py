"""Evidence as pages need it: the records of identities in their normal form, and what speaks for and against two of them being one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heard.matching.explaining import Reason, in_words
from heard.matching.link_rule import values_that_say_nothing
from heard.matching.model import Model, default_model
from heard.matching.models import MatchModel, MatchRecord
from heard.matching.reading import read_identities
from heard.matching.records import Record, together, unpack
from heard.matching.scoring import Evidence, compare
from heard.matching.services.versions import model_of


def model_in_force() -> Model:
    """The model by which joins are made now; the one that Heard ships before anything was matched. One query."""
    row = MatchModel.objects.filter(state=MatchModel.ACTIVE).first()
    return default_model() if row is None else model_of(row)


def records_of(identity_ids: Iterable[int]) -> dict[int, Record]:
    """The records of these identities, by id; an erased one is an empty record. One query, four when some were not matched yet."""
    wanted = list(identity_ids)
    found = dict(MatchRecord.objects.filter(identity__in=wanted).values_list("identity_id", "packed"))
    records = {pk: unpack(bytes(packed)) for pk, packed in found.items()}
    if missing := [pk for pk in wanted if pk not in records]:
        records |= {pk: reading.record for pk, reading in read_identities(missing).items()}
    return {pk: records.get(pk) or Record(pk, "") for pk in wanted}


def compared(one: Sequence[Record], other: Sequence[Record], model: Model) -> Evidence:
    """Two people, each with all that was ever said of them; what very many have now says nothing. A query for each 200 keys."""
    mine, theirs = _whole(one), _whole(other)
    return compare(mine, theirs, model, generics=values_that_say_nothing([mine, theirs]))


def reasons_for(evidence: Evidence) -> tuple[Reason, ...]:
    """In words, the heaviest first, whichever way it pulls."""
    return tuple(sorted(in_words(evidence), key=lambda reason: -abs(reason.weight)))


def _whole(records: Sequence[Record]) -> Record:
    return together(min(record.identity_id for record in records), records)
