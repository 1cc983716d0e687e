"""Evidence as pages need it: the records of identities in their normal form, and what speaks for and against two of them being one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

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


class Weighing:
    """Comparisons among some records under one model; what very many have now says nothing. A query for each 200 keys, once."""

    def __init__(self, records: Mapping[int, Record]) -> None:
        self.records = dict(records)
        self.model = model_in_force()
        self.generics = values_that_say_nothing(list(self.records.values()))

    def compare(self, ones: Collection[int], others: Collection[int]) -> Evidence:
        """Two people, each with all that was ever said of them; of nobody an empty record."""
        return compare(self._whole(ones), self._whole(others), self.model, generics=self.generics)

    def _whole(self, identity_ids: Collection[int]) -> Record:
        return together(min(identity_ids), [self.records[pk] for pk in sorted(identity_ids)]) if identity_ids else Record(0, "")


def reasons_for(evidence: Evidence) -> tuple[Reason, ...]:
    """In words, the heaviest first, whichever way it pulls; where we started from comes last."""
    return tuple(sorted(in_words(evidence), key=lambda reason: (reason.kind == "prior", -abs(reason.weight))))
