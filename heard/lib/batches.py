"""Values some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")


def batched(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Lists of `size`; the last may be shorter, and of nothing there is none. As `itertools.batched`, which Python has from 3.12 on."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
