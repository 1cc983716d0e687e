"""Everybody with everybody, in batch: the same pairs with the same weights as live matching finds, for sets of any size.

Three steps: records become columns (in several processes), an engine sieves the pairs that share keys, and the scorer compares what is
left in full (in several processes). Memory is bounded by the parts, not by the set.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from heard.lib.batches import batched
from heard.matching.candidates import generics
from heard.matching.model import Model, read
from heard.matching.records import unpack
from heard.matching.scoring import compare
from heard.matching.training.columns import write_part
from heard.matching.training.comparing import Linkage
from heard.matching.training.engines import check_installed, open_engine

POSSIBLE = 0.5
SIEVE = -6.0
"""Pairs below this weight in SQL are not compared in full: log2 of the odds, where 0 is as likely as not."""
RECORDS_AT_ONCE = 10_000
PAIRS_AT_ONCE = 5_000
PREFIX = "matching-"
LEFT_BEHIND_SECONDS = 86_400

R = TypeVar("R")


class Match(NamedTuple):
    """Two records that are one person at least as likely as not."""

    one: int
    other: int
    probability: float
    weight: float
    veto: str


def compare_all(
    packed: Iterable[bytes],
    model: Model,
    *,
    engine: str = "duckdb",
    folder: Path | None = None,
    processes: int = 0,
    on_crowded: Callable[[frozenset[int]], None] | None = None,
) -> Generator[Match, None, None]:
    """Every match among these records (`records.pack`), smaller id first, in no order. `processes` 0: one for each processor.

    Works in a folder of its own under `folder`, which holds the records and is removed in the end. `on_crowded` hears, before the first
    match, which keys too many hold. Raises engines.NotInstalled.
    """
    check_installed(engine)
    with working_folder(folder) as place, Workers(processes) as workers:
        write_columns(packed, place, workers)
        with open_engine(engine, place) as opened:
            linkage = Linkage(opened, place)
            weights, crowded = model.dump(), frozenset(linkage.crowded())
            if on_crowded is not None:
                on_crowded(crowded)
            pairs = linkage.worth_comparing(model, at_least=SIEVE)
            tasks = ((some, weights, crowded) for some in batched(pairs, PAIRS_AT_ONCE))
            for found in workers.map(compare_pairs, tasks):
                yield from found


def write_columns(packed: Iterable[bytes], folder: Path, workers: Workers) -> int:
    """`records` and `keys` in `folder`; how many records there were."""
    for name in ("records", "keys"):
        (folder / name).mkdir()
    parts = ((some, str(folder), number) for number, some in enumerate(batched(packed, RECORDS_AT_ONCE)))
    count = sum(workers.map(write_part, parts))
    if not count:
        write_part([], str(folder), 0)
    return count


def compare_pairs(pairs: list[tuple[bytes, bytes]], weights: bytes, crowded: frozenset[int]) -> list[Match]:
    """Compare in full. Made for a process of its own."""
    model = model_of(weights)
    found = []
    for one, other in pairs:
        mine, theirs = unpack(bytes(one)), unpack(bytes(other))
        evidence = compare(mine, theirs, model, generics=generics([mine], crowded))
        if evidence.probability >= POSSIBLE:
            probability, weight = round(evidence.probability, 9), round(evidence.weight, 6)
            found.append(Match(mine.identity_id, theirs.identity_id, probability, weight, evidence.veto))
    return found


class Workers:
    """Processes that start when they are first needed. What they are given and give back is kept to a few portions at a time."""

    def __init__(self, processes: int = 0) -> None:
        self.processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, act: Callable[..., R], tasks: Iterable[tuple[object, ...]]) -> Iterator[R]:
        """`act` of each, in order. The first alone is done here: small sets need no other process."""
        rest = iter(tasks)
        ahead = list(islice(rest, 2))
        if len(ahead) < 2 or self.processes == 1:
            yield from (act(*each) for each in (*ahead, *rest))
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.processes, mp_context=get_context("spawn"))
        running = deque(self._pool.submit(act, *each) for each in ahead)
        for each in rest:
            running.append(self._pool.submit(act, *each))
            if len(running) > 2 * self.processes:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


@contextmanager
def working_folder(within: Path | None) -> Iterator[Path]:
    """A folder that only we may read, and that is gone afterwards; what a killed process left behind goes first."""
    if within is not None:
        within.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in within.glob(f"{PREFIX}*"):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


_models: dict[bytes, Model] = {}


def model_of(weights: bytes) -> Model:
    """The model in these bytes; read once in each process."""
    if weights not in _models:
        _models.clear()
        _models[weights] = read(weights)
    return _models[weights]
