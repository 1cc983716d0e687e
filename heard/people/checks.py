"""What `heard doctor` asks about people."""

from datetime import timedelta

from heard.lib.checks import Finding, doctor_check, problem, warning
from heard.lib.time import now
from heard.people.models import Identity
from heard.privacy.models import Erasure

A_NIGHT = timedelta(hours=26)


@doctor_check("erasures")
def erasures() -> list[Finding]:
    """Erased people have no name, and every erasure is finished within a night."""
    found = []
    if number := Identity.objects.filter(erased_at__isnull=False).known().count():
        found.append(problem(f"{number} people were erased and have a name or address again. Erase them again: heard person erase NUMBER"))
    if number := Erasure.objects.filter(finished_at=None, started_at__lt=now() - A_NIGHT).count():
        found.append(warning(f"{number} erasures have not overwritten all they removed. Run: heard worker, and look again tomorrow"))
    return found
