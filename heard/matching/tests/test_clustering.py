"""Groups from pairs: strongest first, cohesive, never across what keeps two apart; a function of the set of pairs."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from heard.matching.clustering import Edge, Verdict, cluster

edges = st.lists(
    st.builds(
        Edge, st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.2, 0.6, 0.95, 0.99, 0.999]), st.sampled_from([-1.0, 2.0, 7.0, 9.0])
    ).filter(lambda edge: edge.one != edge.other),
    max_size=25,
)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=4)
verdicts = st.lists(
    st.builds(Verdict, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["same", "different"]), st.integers(0, 3)).filter(
        lambda each: each.one != each.other
    ),
    max_size=4,
)


def test_the_strong_join_and_the_weak_wait():
    assert cluster([Edge(1, 2, 0.995, 8.0), Edge(2, 3, 0.9, 3.0)]) == [{1, 2}, {3}]


def test_a_difference_holds_across_whole_groups():
    strong = [Edge(1, 2, 0.999, 10.0), Edge(2, 3, 0.999, 9.0)]
    assert cluster(strong, [Verdict(1, 3, "different")]) == [{1, 2}, {3}]
    assert cluster(strong, vetoes=[(3, 1)]) == [{1, 2}, {3}]


def test_what_a_person_called_the_same_needs_no_evidence():
    assert cluster([], [Verdict(4, 2, "same")], nodes=[1]) == [{1}, {2, 4}]


def test_one_bridge_does_not_fuse_two_crowds():
    one = [Edge(a, b, 0.999, 9.0) for a, b in combinations(range(5), 2)]
    other = [Edge(a, b, 0.999, 9.0) for a, b in combinations(range(5, 10), 2)]
    assert cluster([*one, *other, Edge(0, 9, 0.99, 7.0)]) == [{*range(5)}, {*range(5, 10)}]
    assert len(cluster([*one, *other, Edge(0, 9, 0.99, 7.0)], cohesion=0.0)) == 1


@given(edges, verdicts, pairs, st.randoms())
def test_the_order_plays_no_part(given_edges, decisions, vetoes, chance):
    whole = cluster(given_edges, decisions, vetoes)
    for _ in range(5):
        shuffled = [Edge(edge.other, edge.one, edge.probability, edge.weight) for edge in given_edges]
        said, kept = list(decisions), [(other, one) for one, other in vetoes]
        for each in (shuffled, said, kept):
            chance.shuffle(each)
        assert cluster(shuffled, said, kept) == whole


@given(edges, verdicts, pairs)
def test_nobody_joins_across_what_keeps_two_apart(given_edges, decisions, vetoes):
    found = cluster(given_edges, decisions, vetoes)
    members = [node for group in found for node in group]
    assert len(members) == len(set(members))
    same = {frozenset((each.one, each.other)) for each in decisions if each.verdict == "same"}
    for group in found:
        for each in decisions:
            if each.verdict == "different":
                assert not {each.one, each.other} <= group
        for pair in vetoes:
            assert not set(pair) <= group or same


def test_a_strong_pair_that_may_not_join_holds_back_no_other():
    """A claim that nobody proved keeps its weight and loses its probability."""
    assert cluster([Edge(1, 2, 0.98, 20.0), Edge(2, 3, 0.999, 10.0)]) == [{1}, {2, 3}]
