"""What `heard doctor` asks of the ledger and of filing."""

from __future__ import annotations

from datetime import timedelta

from heard.inbound.models import Inbound, State
from heard.inbound.selectors import ledger, ledger_totals
from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.time import now
from heard.tasks.models import Task

STUCK = timedelta(minutes=30)


@doctor_check("ledger")
def ledger_balances() -> list[Finding]:
    """Everything that ever came is accounted for, in all and on each of the last thirty days."""
    totals = ledger_totals()
    found = [
        problem(f"{line.mailbox.address} on {line.day}: {line.received} came, and {line.difference} are not accounted for")
        for line in ledger(days=30)
        if line.difference
    ]
    if totals["difference"] and not found:
        found.append(problem(f"{totals['difference']} messages that came more than thirty days ago are not accounted for"))
    return found


@doctor_check("inbound")
def everything_is_filed() -> list[Finding]:
    """Nothing that came is in hand without a task that will file it; the quarantine is worth a look."""
    found = []
    waiting = Inbound.objects.filter(state=State.RECEIVED, received_at__lt=now() - STUCK).count()
    if waiting and not Task.objects.filter(name="heard.inbound.tasks.file_inbounds").exists():
        found.append(problem(f"{waiting} messages came more than half an hour ago, and no task will file them"))
    quarantined = Inbound.objects.filter(state=State.QUARANTINED).count()
    if quarantined:
        found.append(warning(f"{quarantined} messages are in quarantine. See Operations, Quarantine."))
    return found


@doctor_check("filed originals")
def filed_have_interactions() -> list[Finding]:
    """What counts as filed has an interaction."""
    lost = Inbound.objects.filter(state=State.FILED, interaction=None).count()
    return [problem(f"{lost} messages count as filed and have no interaction")] if lost else []
