"""Seals: proof that the log was not changed by somebody without the key, or before the last anchor.

Every minute or thousand events a block is closed: the hash of each event's canonical text, chained to the block before, and an HMAC under a
key outside the database. Rows removed by retention leave their hash, so the chain still verifies. The events after the last block are not
yet protected. Whoever has the key can forge everything since the last anchor that was kept elsewhere (a backup holds one).
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from heard.events.models import Event, Seal
from heard.events.recording import SEAL_VERSION, canonical_text, record_event
from heard.events.stream import head as newest_position
from heard.lib import keys
from heard.lib.canonical import canonical_json
from heard.lib.time import now

BLOCK = 1000
LONGEST_OPEN = timedelta(minutes=1)
HASH_BYTES = 32
ABSENT = bytes(HASH_BYTES)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block's place and hash, to be kept where the database's owner cannot change it."""

    number: int
    last_position: int
    digest: str


@dataclass(slots=True)
class Verification:
    """What verifying found. `problems` are (what, place), as in ("event_changed", 17)."""

    seals: int = 0
    events: int = 0
    absent: int = 0
    problems: list[tuple[str, int]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def seal_due(at: datetime | None = None) -> int:
    """Close blocks that are full or a minute old; return how many. Two queries when there is nothing to do."""
    return _seal(at or now(), even_if_young=False)


def seal_now() -> int:
    """Close blocks until no committed event is left open; return how many. A backup does this first."""
    return _seal(now(), even_if_young=True)


def head() -> Anchor | None:
    """The newest block's anchor; None before the first."""
    seal = Seal.objects.order_by("-number").first()
    return Anchor(seal.number, seal.last_position, seal.digest) if seal else None


def _seal(moment: datetime, *, even_if_young: bool) -> int:
    made = 0
    newest = newest_position()
    while True:
        last = Seal.objects.order_by("-number").only("number", "last_position", "digest").first()
        first_open = last.last_position + 1 if last else 1
        waiting = newest - first_open + 1
        if waiting <= 0 or not (waiting >= BLOCK or even_if_young or _is_old(first_open, moment)):
            return made
        seal = _block(last, first_open, min(newest, first_open + BLOCK - 1), moment)
        with transaction.atomic():  # the number is unique: if two seal at once, one of them fails and looks again later
            seal.save(force_insert=True)
        made += 1


def _is_old(position: int, moment: datetime) -> bool:
    oldest = Event.objects.filter(position__gte=position).order_by("position").values_list("at", flat=True).first()
    return oldest is None or moment - oldest >= LONGEST_OPEN


def _block(last: Seal | None, first: int, until: int, moment: datetime) -> Seal:
    rows = Event.objects.filter(position__gte=first, position__lte=until).values_list("position", "canonical")
    hashes = {position: leaf(position, canonical) for position, canonical in rows if position is not None}
    seal = Seal(
        number=last.number + 1 if last else 1,
        version=SEAL_VERSION,
        first_position=first,
        last_position=until,
        sealed_at=moment,
        leaves=b"".join(hashes.get(position, ABSENT) for position in range(first, until + 1)),
        previous=last.digest if last else "",
    )
    seal.digest = digest(seal)
    seal.mac = mac(seal.digest)
    return seal


def leaf(position: int, canonical: str) -> bytes:
    """The hash of one event at its position."""
    return hashlib.sha256(f"{position}\n{canonical}".encode()).digest()


def digest(seal: Seal) -> str:
    """The hash of a block over everything it says."""
    text = canonical_json(
        {
            "number": seal.number,
            "version": seal.version,
            "first": seal.first_position,
            "last": seal.last_position,
            "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": seal.previous,
            "leaves": hashlib.sha256(bytes(seal.leaves)).hexdigest(),
        }
    )
    return hashlib.sha256(text.encode()).hexdigest()


def mac(block_digest: str) -> str:
    """The block's HMAC under the seal key."""
    return hmac.new(keys.key("seal"), block_digest.encode(), hashlib.sha256).hexdigest()


def verify_seals(anchors: Iterable[Anchor] = ()) -> Verification:
    """Check every block and every event in it: hashes, chain, HMAC, and that the columns still say what was sealed.

    Problems: `seal_changed`, `seal_not_ours`, `seal_missing`, `anchor_differs` (place: number of the block), `event_changed`,
    `event_added` (place: position), and `events_missing` (place: how many rows are gone that no retention removed).
    """
    found = Verification()
    anchored = {anchor.number: anchor.digest for anchor in anchors}
    previous: Seal | None = None
    for seal in Seal.objects.order_by("number").iterator(chunk_size=50):
        _verify_block(seal, previous, found)
        if anchored.pop(seal.number, seal.digest) != seal.digest:
            found.problems.append(("anchor_differs", seal.number))
        previous = seal
    found.problems.extend(("anchor_differs", number) for number in anchored)
    _verify_absences(found)
    return found


def _verify_block(seal: Seal, previous: Seal | None, found: Verification) -> None:
    found.seals += 1
    expected = (previous.number + 1, previous.last_position + 1, previous.digest) if previous else (1, 1, "")
    if (seal.number, seal.first_position, seal.previous) != expected:
        found.problems.append(("seal_missing", expected[0]))
    if digest(seal) != seal.digest or len(seal.leaves) != HASH_BYTES * (seal.last_position - seal.first_position + 1):
        found.problems.append(("seal_changed", seal.number))
        return
    if not hmac.compare_digest(mac(seal.digest), seal.mac):
        found.problems.append(("seal_not_ours", seal.number))
    leaves = dict(enumerate(_pieces(bytes(seal.leaves)), start=seal.first_position))
    for event in Event.objects.filter(position__gte=seal.first_position, position__lte=seal.last_position).iterator(chunk_size=1000):
        found.events += 1
        sealed = leaves.pop(event.position or 0)
        if sealed == ABSENT:
            found.problems.append(("event_added", event.position or 0))
        elif leaf(event.position or 0, event.canonical) != sealed or canonical_text(event, seal.version) != event.canonical:
            found.problems.append(("event_changed", event.position or 0))
    found.absent += len(leaves)


def _verify_absences(found: Verification) -> None:
    pruned = Event.objects.filter(kind="event.pruned").values_list("data", flat=True)
    unexplained = found.absent - sum(int(data["count"]) for data in pruned)
    if unexplained > 0:
        found.problems.append(("events_missing", unexplained))


def _pieces(leaves: bytes) -> Iterator[bytes]:
    for start in range(0, len(leaves), HASH_BYTES):
        yield leaves[start : start + HASH_BYTES]


def prune(kinds: Iterable[str], *, before: datetime, batch: int = 1000) -> int:
    """Remove sealed events of these kinds from before a moment, and record how many. Records of pruning itself are never removed."""
    sealed = head()
    if sealed is None:
        return 0
    old = Event.objects.filter(kind__in=set(kinds) - {"event.pruned"}, at__lt=before, position__lte=sealed.last_position)
    removed = 0
    while ids := list(old.order_by("position").values_list("pk", flat=True)[:batch]):
        with transaction.atomic():
            count, _ = Event.objects.filter(pk__in=ids).delete()
            record_event("event.pruned", ("event", 0), before=before, count=count)
        removed += count
    return removed
