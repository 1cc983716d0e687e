"""What `heard doctor` looks at. An app declares its checks in its `checks.py`:

@doctor_check("tasks")
def tasks() -> list[Finding]:
    return [problem("3 tasks are dead. See Operators, Tasks.")] if … else []
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know (note), to look at (warning), or to mend (problem; `heard doctor` then ends with code 1)."""

    level: Literal["note", "warning", "problem"]
    text: str


def note(text: str) -> Finding:
    """Good to know."""
    return Finding("note", text)


def warning(text: str) -> Finding:
    """Somebody should look."""
    return Finding("warning", text)


def problem(text: str) -> Finding:
    """Something is wrong; the text says what to do."""
    return Finding("problem", text)


Check = Callable[[], list[Finding]]
REGISTERED: dict[str, Check] = {}


def doctor_check(name: str) -> Callable[[Check], Check]:
    """Declare a function as a check. It finds nothing when all is well, and changes nothing."""

    def declare(check: Check) -> Check:
        REGISTERED[name] = check
        return check

    return declare
