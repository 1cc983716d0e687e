"""What `heard doctor` asks about conversations."""

from heard.conversations.indexing.rebuilding import count_unfindable
from heard.lib.checks import Finding, doctor_check, problem


@doctor_check("search")
def search() -> list[Finding]:
    """Everything said can be found."""
    if missing := count_unfindable():
        return [problem(f"{missing} messages cannot be found. If nothing changes while a worker runs, run: heard search rebuild")]
    return []
