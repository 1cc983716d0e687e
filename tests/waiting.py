"""Waiting for what another process will do, without guessing how long it takes."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, seconds: float = 60) -> T:
    """Call `look` until it gives something true, and return that. Fails with the last answer when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"after {seconds} s still {found!r}"
        time.sleep(0.05)
