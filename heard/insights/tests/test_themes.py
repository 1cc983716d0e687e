"""Themes: a small vocabulary that can be renamed, merged and split, and in which no signal is ever lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.insights.models import Signal, SignalChange, Theme, ThemeChange
from heard.insights.selectors import history_of_theme, list_themes, signals_of_theme
from heard.insights.services import themes as acts
from heard.insights.services.marking import mark_signal
from heard.insights.services.themes import change_theme, make_theme, merge_themes, split_theme, unmerge_theme
from heard.insights.vocabulary import vocabulary
from tests.factories import make_conversation, make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signals(conversation, alice):
    """Four signals in one message: two of parcels, one of kettles, one of nothing yet."""
    said = conversation.messages.get().interaction
    parcels, kettles = make_theme("Parcels", by=alice), make_theme("Kettles", by=alice)
    return [
        mark_signal(said, start=start, end=start + 5, kind="problem", theme=theme, by=alice)
        for start, theme in enumerate([parcels, parcels, kettles, None])
    ]


def test_a_name_is_in_use_once_whatever_its_capitals(alice, bob):
    parcels = make_theme("  Parcels ", by=alice)
    assert make_theme("PARCELS", by=bob) == parcels
    other = make_theme("Kettles", by=alice)
    with pytest.raises(acts.NameTaken):
        change_theme(other, name="parcels", definition="", owner=alice, by=alice)
    with pytest.raises(acts.NoName):
        make_theme(" \n ", by=alice)
    äpfel = make_theme("Äpfel", by=alice)
    assert make_theme("äpfel", by=alice) == äpfel


def test_every_step_of_a_theme_stays_on_record(alice, bob):
    theme = make_theme("Parcels", by=alice)
    change_theme(theme, name="Delivery", definition="What comes too late", owner=bob, by=alice)
    change_theme(theme, name="Delivery", definition="What comes too late", owner=bob, by=bob)
    assert [(change.act, change.was, change.became) for change in reversed(history_of_theme(theme))] == [
        ("made", "", "Parcels"),
        ("renamed", "Parcels", "Delivery"),
        ("defined", "", "What comes too late"),
        ("given", "Alice", "Bob"),
    ]


def test_a_merge_counts_as_one_and_is_undone_without_loss(signals, alice):
    parcels, kettles = Theme.objects.get(name="Parcels"), Theme.objects.get(name="Kettles")
    merge_themes(kettles, into=parcels, by=alice)
    assert [(line.theme, line.signals) for line in list_themes()] == [(parcels, 3)]
    assert set(signals_of_theme(parcels)) == set(signals[:3])
    unmerge_theme(kettles, by=alice)
    assert {line.theme: line.signals for line in list_themes()} == {parcels: 2, kettles: 1}


def test_merges_go_through_several_themes_and_no_ring_is_made(signals, alice):
    parcels, kettles, all_things = Theme.objects.get(name="Parcels"), Theme.objects.get(name="Kettles"), make_theme("Things", by=alice)
    merge_themes(kettles, into=parcels, by=alice)
    merge_themes(parcels, into=all_things, by=alice)
    assert signals_of_theme(all_things).count() == 3
    for one, other in [(all_things, kettles), (kettles, all_things)]:
        with pytest.raises(acts.ThemeIsMerged):
            merge_themes(one, into=other, by=alice)
    with pytest.raises(acts.MergedWithItself):
        merge_themes(all_things, into=all_things, by=alice)


def test_a_split_moves_what_was_chosen_and_says_where_it_came_from(signals, alice):
    parcels = Theme.objects.get(name="Parcels")
    new = split_theme(parcels, signals=[signals[0], signals[2]], name="Late parcels", by=alice)
    assert list(signals_of_theme(new)) == [signals[0]]  # the other is of another theme
    change = SignalChange.objects.get()
    assert (change.signal, change.was_theme, change.theme, change.because.act) == (signals[0], parcels, new, "split")
    assert [change.act for change in history_of_theme(parcels)] == ["split", "made"]
    with pytest.raises(acts.NothingToSplit):
        split_theme(parcels, signals=[], name="Nothing", by=alice)
    assert not Theme.objects.filter(name="Nothing").exists()


def test_whoever_looks_after_a_theme_changes_it_and_leads_do(alice, bob, dora, rita):
    theme = make_theme("Parcels", by=alice)
    with pytest.raises(acts.NotYourTheme, match="Alice"):
        change_theme(theme, name="Mine", definition="", owner=bob, by=bob)
    change_theme(theme, name="Delivery", definition="", owner=None, by=dora)
    change_theme(theme, name="Post", definition="", owner=None, by=bob)
    with pytest.raises(acts.NotYourTheme):
        change_theme(theme, name="Rita's", definition="", owner=None, by=rita)


def test_a_name_that_was_given_away_meanwhile_is_not_taken_back_silently(signals, alice):
    parcels, kettles = Theme.objects.get(name="Parcels"), Theme.objects.get(name="Kettles")
    merge_themes(kettles, into=parcels, by=alice)
    make_theme("Kettles", by=alice)
    with pytest.raises(acts.NameTaken):
        unmerge_theme(kettles, by=alice)


NAMES = ["Parcels", "Kettles", "Locks", "Prices", "Shops"]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "merge", "unmerge", "split", "mark"]), st.integers(0, 30), st.integers(0, 30), st.sampled_from(NAMES)
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_is_done_to_themes_every_signal_keeps_its_account(mailbox, steps):
    """Against a slow twin: each signal counts under exactly one theme in use, and its history leads from where it began to where it is."""
    from django.db import transaction

    with transaction.atomic():
        _play(mailbox, steps)
        transaction.set_rollback(True)


def _play(mailbox, steps):
    lead = make_user("Lead", role="lead")
    customer = make_customer("twin@example.org", name="Twin", audience=mailbox.audience)
    said = make_conversation(mailbox, customer=customer, text="a" * 200).messages.get().interaction
    first = [make_theme(name, by=lead) for name in NAMES[:2]]
    began, filed = {}, {}
    merged: dict[int, int] = {}

    def root(theme_id):
        return root(merged[theme_id]) if theme_id in merged else theme_id

    for number, (act, one, other, name) in enumerate(steps):
        themes = list(Theme.objects.order_by("pk"))
        theme, second = themes[one % len(themes)], themes[other % len(themes)]
        try:
            if act == "rename":
                change_theme(theme, name=name, definition="", owner=lead, by=lead)
            elif act == "merge":
                merge_themes(theme, into=second, by=lead)
                merged[theme.pk] = second.pk
            elif act == "unmerge":
                unmerge_theme(theme, by=lead)
                merged.pop(theme.pk, None)
            elif act == "split":
                chosen = list(signals_of_theme(theme))[: other % 3]
                new = split_theme(theme, signals=chosen, name=name, by=lead)
                filed |= {signal.pk: new.pk for signal in chosen}
            else:
                signal = mark_signal(said, start=number, end=number + 1, kind="problem", theme=theme, by=lead)
                began[signal.pk] = filed[signal.pk] = root(theme.pk)
        except (acts.NameTaken, acts.ThemeIsMerged, acts.MergedWithItself, acts.NothingToSplit):
            pass

    counted = [signal.pk for theme in vocabulary().in_use for signal in signals_of_theme(theme)]
    assert sorted(counted) == sorted(began), "each signal counts once, and none is lost"
    assert sum(line.signals for line in list_themes()) == len(began)
    for theme in vocabulary().in_use:
        assert {signal.pk for signal in signals_of_theme(theme)} == {pk for pk, where in filed.items() if root(where) == theme.pk}
    for signal in Signal.objects.all():
        where = began[signal.pk]
        for change in SignalChange.objects.filter(signal=signal).order_by("pk"):
            assert change.was_theme_id == where
            where = change.theme_id
        assert where == signal.theme_id == filed[signal.pk]
    for theme in Theme.objects.all():
        name, into = "", None
        for change in ThemeChange.objects.filter(theme=theme).order_by("pk"):
            name = change.became if change.act in ("made", "renamed") else name
            into = change.other_id if change.act == "merged" else None if change.act == "unmerged" else into
        assert (name, into) == (theme.name, theme.merged_into_id)
    assert first
