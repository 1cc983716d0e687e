"""The way from one record to another is the one whose weakest join is strongest."""

import random

from hypothesis import given
from hypothesis import strategies as st

from heard.matching.paths import strongest_path

JOINS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(0, 5)).filter(lambda join: join[0] != join[1]), max_size=14)


def test_a_strong_way_round_is_taken_before_a_weak_direct_one():
    assert strongest_path([(1, 3, 1.0), (1, 2, 9.0), (2, 3, 8.0)], 1, 3) == [(1, 2), (2, 3)]


def test_of_equally_strong_ways_the_shortest_is_taken():
    assert strongest_path([(1, 2, 5.0), (2, 3, 5.0), (1, 3, 5.0)], 1, 3) == [(1, 3)]


def test_there_is_no_way_where_nothing_joins():
    assert strongest_path([(1, 2, 5.0)], 1, 3) == []
    assert strongest_path([], 1, 1) == []


@given(JOINS, st.randoms())
def test_the_order_of_the_joins_plays_no_part(joins: list[tuple[int, int, int]], chance: random.Random):
    mixed = list(joins)
    chance.shuffle(mixed)
    assert strongest_path(joins, 1, 6) == strongest_path(mixed, 1, 6)


@given(JOINS)
def test_no_other_way_has_a_stronger_weakest_join(joins: list[tuple[int, int, int]]):
    """Slow and obvious: strip the weak joins until 1 and 6 come apart."""
    way = strongest_path(joins, 1, 6)
    best = max((level for level in range(6) if _reaches([join for join in joins if join[2] >= level], 1, 6)), default=None)
    if best is None:
        assert way == []
        return
    strengths = {frozenset(join[:2]): max(each[2] for each in joins if set(each[:2]) == set(join[:2])) for join in joins}
    assert min(strengths[frozenset(pair)] for pair in way) == best


def _reaches(joins: list[tuple[int, int, int]], start: int, end: int) -> bool:
    reached = {start}
    while grown := {other for join in joins for other in join[:2] if set(join[:2]) & reached} - reached:
        reached |= grown
    return end in reached
