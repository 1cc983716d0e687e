"""Versions of the weights: the active one, one that is built beside it, and the switch."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction

from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.matching.model import Model, default_model, read
from heard.matching.models import MatchModel


def model_of(row: MatchModel) -> Model:
    """The weights of a version; read once for each process, for they are frozen."""
    return _read(row.pk, row.version)


@lru_cache(maxsize=4)
def _read(number: int, version: str) -> Model:
    return read(bytes(MatchModel.objects.values_list("weights", flat=True).get(pk=number, version=version)))


@transaction.atomic
def active_version() -> MatchModel:
    """The version by which joins are made now; that which Heard ships, from the first time that anybody asks."""
    row = MatchModel.objects.filter(state=MatchModel.ACTIVE).defer("weights").first()
    if row is not None:
        return row
    model, moment = default_model(), now()
    row, _ = MatchModel.objects.get_or_create(
        version=model.version,
        defaults={"state": MatchModel.ACTIVE, "weights": model.dump(), "begun_at": moment, "activated_at": moment},
    )
    return row


def hold_versions() -> list[MatchModel]:
    """The active version and those that are being built, held until the transaction ends: one process at a time writes pairs."""
    active_version()
    return lock(MatchModel.objects.exclude(state=MatchModel.RETIRED).defer("weights"))


@transaction.atomic
def begin_version(model: Model) -> MatchModel:
    """Build a version beside the active one: pairs are found under both from now on. The same twice is one. Raises Refusal."""
    hold_versions()
    known = MatchModel.objects.filter(version=model.version).first()
    if known is not None:
        if bytes(known.weights) != model.dump():
            raise Refusal(f"There is another model of the version {model.version} already.")
        if known.state == MatchModel.RETIRED:
            known.edges.all().delete()
            known.state, known.matched_until, known.begun_at = MatchModel.BUILDING, 0, now()
            known.activated_at = known.retired_at = None
            known.save(update_fields=["state", "matched_until", "begun_at", "activated_at", "retired_at"])
        return known
    return MatchModel.objects.create(version=model.version, state=MatchModel.BUILDING, weights=model.dump(), begun_at=now())


@transaction.atomic
def drop_version(row: MatchModel) -> None:
    """Give up a version that is being built, with its pairs. The active one cannot be dropped."""
    row = lock(row)
    if row.state == MatchModel.ACTIVE:
        raise Refusal("The active version cannot be dropped. Build another one first.")
    row.edges.all().delete()
    row.state, row.retired_at = MatchModel.RETIRED, now()
    row.save(update_fields=["state", "retired_at"])


def swap(row: MatchModel) -> None:
    """Make a version the active one. Within the transaction that derives people again."""
    moment = now()
    MatchModel.objects.filter(state=MatchModel.ACTIVE).update(state=MatchModel.RETIRED, retired_at=moment)
    row.state, row.activated_at = MatchModel.ACTIVE, moment
    row.save(update_fields=["state", "activated_at"])
    record_event("match_model.activated", row)
