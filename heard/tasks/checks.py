"""What `heard doctor` asks the queue."""

from datetime import timedelta

from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.time import now
from heard.tasks.models import State, Task, WorkerBoot

LATE = timedelta(minutes=15)
SILENT = timedelta(minutes=2)


@doctor_check("tasks")
def tasks() -> list[Finding]:
    """Nothing is dead, and what is due is done."""
    found = []
    if dead := Task.objects.filter(state=State.DEAD).count():
        found.append(problem(f"{dead} failed as often as they may. See them under Operators, and try them again"))
    late = Task.objects.filter(state=State.QUEUED, run_at__lt=now() - LATE).count()
    if late:
        found.append(warning(f"{late} wait for more than {LATE.seconds // 60} minutes. Is a worker running?"))
    return found


@doctor_check("workers")
def workers() -> list[Finding]:
    """Every worker that says it lives was seen lately."""
    silent = WorkerBoot.objects.filter(seen_at__lt=now() - SILENT).count()
    return [warning(f"{silent} were not seen for {SILENT.seconds // 60} minutes; their work goes to others")] if silent else []
