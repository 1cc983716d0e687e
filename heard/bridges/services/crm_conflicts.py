"""Two sides say different things of somebody, and a colleague says which holds; taken back while nobody was told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.bridges.models import Bridge, BridgeConflict, BridgeErrand, BridgeRecord, BridgeValue, ErrandKind, Verdict
from heard.bridges.services.crm_bridges import profile_used
from heard.bridges.services.crm_comparing import RECORD
from heard.bridges.services.crm_taking import ask_to_tell, hurry, withdraw
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.services.facts import correct_name

TO_TELL = "to_tell"
"""How a field is settled of which they are to be told ours: as if they had changed nothing, and we had."""


@transaction.atomic
def answer_conflict(conflict: BridgeConflict, *, verdict: str, by: User) -> BridgeConflict:
    """Theirs holds, or ours. Ours is told to them where the field goes that way; a name of theirs is how we call them from now on.

    The same answer twice changes nothing; another one after it is a Refusal.
    """
    if verdict not in (Verdict.THEIRS, Verdict.OURS):
        raise Refusal(_("Choose theirs or ours."))
    conflict = lock(conflict)
    if conflict.verdict != Verdict.OPEN:
        if conflict.verdict == verdict:
            return conflict
        raise Refusal(_("This was settled meanwhile."))
    record = BridgeRecord.objects.select_related("bridge", "identity").get(pk=conflict.record_id)
    conflict.verdict, conflict.by, conflict.at = verdict, by, now()
    conflict.save(update_fields=["verdict", "by", "at"])
    if conflict.field == RECORD:
        if verdict == Verdict.THEIRS:
            withdraw(record.bridge, [record])
    else:
        _settle(record.bridge, record, conflict, by)
    record_event(
        "bridge_conflict.decided", conflict, actor=by, audience_id=record.bridge.audience_id, bridge_id=record.bridge_id,
        identity_id=record.identity_id, field=conflict.field, verdict=verdict,
    )  # fmt: skip
    return conflict


@transaction.atomic
def reopen_conflict(conflict: BridgeConflict, *, by: User) -> BridgeConflict:
    """Take an answer back. Raises Refusal when they were told it already, or what they said was withdrawn."""
    conflict = lock(conflict)
    if conflict.verdict not in (Verdict.THEIRS, Verdict.OURS):
        raise Refusal(_("There is no answer to take back."))
    if BridgeConflict.objects.open().filter(record=conflict.record_id, field=conflict.field).exists():
        raise Refusal(_("The same is asked anew already; answer that."))
    record = BridgeRecord.objects.select_related("bridge").get(pk=conflict.record_id)
    if conflict.field == RECORD:
        if conflict.verdict == Verdict.THEIRS:
            raise Refusal(_("What they said was withdrawn. It comes back when they have it again."))
    else:
        value = BridgeValue.objects.filter(record=record, field=conflict.field).first()
        if value is not None and value.settled == "send":
            raise Refusal(_("They were told already. Change it there or here."))
        BridgeValue.objects.filter(record=record, field=conflict.field).delete()
        _stop_telling(record)
    conflict.verdict, conflict.by, conflict.at = Verdict.OPEN, None, None
    conflict.save(update_fields=["verdict", "by", "at"])
    record_event(
        "bridge_conflict.reopened", conflict, actor=by, audience_id=record.bridge.audience_id, bridge_id=record.bridge_id,
        identity_id=record.identity_id, field=conflict.field,
    )  # fmt: skip
    return conflict


def _settle(bridge: Bridge, record: BridgeRecord, conflict: BridgeConflict, by: User) -> None:
    moment = now()
    goes_out = _direction(bridge, conflict.field) in {"out", "both"}
    is_told = conflict.verdict == Verdict.OURS and goes_out
    BridgeValue.objects.update_or_create(
        record=record, field=conflict.field,
        defaults={
            "theirs": conflict.theirs, "theirs_at": conflict.theirs_at,
            "ours": "" if is_told else conflict.ours, "ours_at": conflict.ours_at, "ours_by": conflict.ours_by,
            "settled": TO_TELL if is_told else conflict.verdict, "settled_at": moment,
        },
    )  # fmt: skip
    if is_told:
        ask_to_tell(bridge, [record.external_id], moment=moment)
        hurry(bridge, moment=moment)
    if conflict.verdict == Verdict.THEIRS and conflict.field == "name" and record.identity is not None and conflict.theirs:
        correct_name(record.identity, name=conflict.theirs, by=by)
        BridgeValue.objects.filter(record=record, field="name").update(ours=conflict.theirs, ours_by="colleague", ours_at=moment)


def _direction(bridge: Bridge, field: str) -> str:
    return next((one.direction for one in profile_used(bridge).directed(bridge.directions) if one.field == field), "off")


def _stop_telling(record: BridgeRecord) -> None:
    """An errand that has not begun is not wanted any more, unless another field is to be told."""
    if not BridgeValue.objects.filter(record=record, settled=TO_TELL).exists():
        BridgeErrand.objects.filter(
            bridge=record.bridge_id, kind=ErrandKind.UPDATE, external_id=record.external_id, done_at=None, attempts=0
        ).delete()
