"""What the company offers: products, services and places, and what fits with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import NewEvent, record_events
from heard.lib.db import insert_rows
from heard.lib.text import storable
from heard.lib.time import now
from heard.purchases.models import Offering, OfferingFit, OfferingKind, OrderLine
from heard.purchases.said import WrongOrder

MOST_ATTRIBUTES = 60


@dataclass(frozen=True, slots=True)
class OfferingSaid:
    """Everything that is said of an offering. `fits_with` None leaves what fits as it is; a list, empty too, replaces it."""

    sku: str
    name: str
    kind: str = "product"
    attributes: Mapping[str, str] = field(default_factory=dict)
    fits_with: tuple[str, ...] | None = None
    is_retired: bool = False


def check_offering(said: OfferingSaid) -> None:
    """Raises WrongOrder for the first thing that cannot be so."""
    if not said.sku.strip() or len(said.sku) > 64:
        raise WrongOrder(_("An offering needs a number of 1 to 64 characters."))
    if not said.name.strip():
        raise WrongOrder(_("An offering needs a name."))
    if said.kind not in OfferingKind.values:
        raise WrongOrder(
            _("“%(kind)s” is not a kind. It is one of: %(kinds)s.") % {"kind": said.kind[:40], "kinds": ", ".join(OfferingKind.values)}
        )
    if len(said.attributes) > MOST_ATTRIBUTES:
        raise WrongOrder(_("An offering has at most %(most)s attributes.") % {"most": MOST_ATTRIBUTES})
    if said.sku in (said.fits_with or ()):
        raise WrongOrder(_("An offering does not fit with itself."))


@dataclass(slots=True)
class Offered:
    """What came of it: the offerings, how many were new and how many changed, and numbers under `fits_with` that nobody knows."""

    offerings: list[Offering] = field(default_factory=list)
    made: int = 0
    changed: int = 0
    unknown: set[str] = field(default_factory=set)


@transaction.atomic
def record_offerings(said: Sequence[OfferingSaid], *, by: User | None) -> Offered:
    """Take in checked offerings by their numbers; what was there follows. Lines of orders that waited for one find it. ~10 queries.

    What fits goes both ways. Unknown numbers under `fits_with` are answered, not taken.
    """
    last = {one.sku: one for one in said}
    known = {one.sku: one for one in Offering.objects.select_for_update().filter(sku__in=last).order_by("pk")}
    moment, done = now(), Offered()
    fresh = [_row(Offering(sku=one.sku, changed_at=moment), one) for one in last.values() if one.sku not in known]
    moved = [row for one in last.values() if one.sku in known and _differs(row := known[one.sku], one)]
    for row in moved:
        _row(row, last[row.sku]).changed_at = moment
    insert_rows(fresh)
    Offering.objects.bulk_update(moved, ["kind", "name", "attributes", "retired_at", "changed_at"], batch_size=200)
    everything = {**known, **{row.sku: row for row in fresh}}
    changed = {row.pk for row in moved} | _set_fits(everything, last.values(), done.unknown)
    _find_lines(fresh)
    record_events(
        [NewEvent("offering.changed", row, by, fields={"is_new": True}) for row in fresh]
        + [NewEvent("offering.changed", row, by, fields={"is_new": False}) for row in everything.values() if row.pk in changed]
    )
    done.offerings = [everything[one.sku] for one in said]
    done.made, done.changed = len(fresh), len(changed - {row.pk for row in fresh})
    return done


def _row(row: Offering, said: OfferingSaid) -> Offering:
    row.kind, row.name = said.kind, storable(said.name.strip(), 200)
    row.attributes = _attributes(said)
    row.retired_at = (row.retired_at or now()) if said.is_retired else None
    return row


def _attributes(said: OfferingSaid) -> dict[str, str]:
    return {storable(str(name), 80): storable(str(value), 1000) for name, value in said.attributes.items()}


def _differs(row: Offering, said: OfferingSaid) -> bool:
    return (row.kind, row.name, row.attributes, row.retired_at is not None) != (
        said.kind, storable(said.name.strip(), 200), _attributes(said), said.is_retired,
    )  # fmt: skip


def _set_fits(offerings: Mapping[str, Offering], said: object, unknown: set[str]) -> set[int]:
    """Replace what fits with these, in both directions; answers the ids of those where it changed."""
    spoken: list[OfferingSaid] = [one for one in said if one.fits_with is not None]  # type: ignore[attr-defined]
    if not spoken:
        return set()
    wanted_skus = {sku for one in spoken for sku in one.fits_with or ()} - set(offerings)
    others = {one.sku: one for one in Offering.objects.filter(sku__in=wanted_skus)} | dict(offerings)
    unknown |= wanted_skus - set(others)
    ids = {offerings[one.sku].pk for one in spoken}
    present = set(OfferingFit.objects.filter(offering__in=ids).values_list("offering_id", "other_id"))
    wanted = {(offerings[one.sku].pk, others[sku].pk) for one in spoken for sku in one.fits_with or () if sku in others}
    # Two of the same file that name each other one-sidedly fit all the same.
    wanted |= {(other, one) for one, other in wanted if other in ids}
    gone, new = present - wanted, wanted - present
    for one, other in gone:
        OfferingFit.objects.filter(offering=one, other=other).delete()
        OfferingFit.objects.filter(offering=other, other=one).delete()
    pairs = {pair for one, other in new for pair in ((one, other), (other, one))}
    insert_rows([OfferingFit(offering_id=one, other_id=other) for one, other in sorted(pairs)], ignore_conflicts=True)
    return {pk for pair in [*gone, *new] for pk in pair}


def _find_lines(offerings: Sequence[Offering]) -> None:
    for offering in offerings:
        OrderLine.objects.filter(sku=offering.sku, offering=None).update(offering=offering)
