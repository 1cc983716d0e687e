"""What `find` promises beyond the table: order, bounds, exact names, filters, and that no query breaks it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heard.lib.time import frozen_at
from heard.search import selectors
from heard.search.selectors import NEWEST, find
from heard.search.services import NewDocument, index_documents

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def said(number: int, text: str, *, days_ago: float = 0, title: str = "", conversation: int | None = None, **fields: object) -> NewDocument:
    moment = NOW - timedelta(days=days_ago)
    return NewDocument(
        "message", number, "conversation", conversation or number, 1, moment, text=text, title=title, language="en", **fields
    )


def person(number: int, *lines: str) -> NewDocument:
    title, short = "\n".join(lines), "\n".join(lines)
    return NewDocument("person", number, "person", number, 1, NOW - timedelta(days=900), title=title, short=short, language="-")


def found(query: str, **how: object) -> list[int]:
    with frozen_at(NOW):
        return [hit.object_id for hit in find(query, audience_ids=[1], **how).hits]


def test_a_title_counts_for_more_than_a_mention_and_much_talk_for_more_than_little():
    filler = " ".join(f"filler{number}" for number in range(60))
    index_documents([said(1, f"the kettle {filler}"), said(2, filler, title="A broken kettle"), said(3, f"kettle kettle kettle {filler}")])
    assert found("kettle") == [2, 3, 1]


def test_of_two_equal_messages_the_newer_comes_first():
    index_documents([said(1, "a kettle", days_ago=700), said(2, "a kettle", days_ago=2)])
    assert found("kettle") == [2, 1]


def test_newest_first_is_by_time_alone():
    index_documents(
        [said(1, "kettle kettle", days_ago=9, title="Kettle"), said(2, "one kettle", days_ago=2), said(3, "a kettle", days_ago=5)]
    )
    assert found("kettle", order=NEWEST) == [2, 3, 1]


def test_an_exact_address_name_or_number_goes_before_everything():
    conversation = NewDocument("conversation", 42, "conversation", 42, 1, NOW, title="Late parcel 42", short="Late parcel\n#42")
    index_documents(
        [said(7, "ada@example.org wrote 42 times, says Ada Lovelace"), person(9, "Ada Lovelace", "ada@example.org"), conversation]
    )
    for query, first in (("ada@example.org", 9), ("ADA LOVELACE", 9), ("#42", 42), ("42", 42), ("late parcel", 42)):
        assert found(query)[0] == first
        assert find(query, audience_ids=[1]).hits[0].is_exact


def test_any_part_of_an_address_is_found_but_not_of_what_was_said():
    index_documents([said(1, "kettles in example.organisation"), person(9, "Ada Lovelace", "ada.lovelace@example.org")])
    assert found("velace@exam") == [9]
    assert found("ovelac") == [9]
    assert found("ettle") == []
    assert found("ovelac -ada") == []
    assert found("lovelace grace") == []


def test_signs_that_mean_something_to_a_pattern_are_only_signs():
    index_documents([person(1, "100% wool_works"), person(2, "100 woolXworks")])
    assert found("0% wool_w") == [1]


def test_kinds_channels_and_days_narrow_what_is_found():
    index_documents(
        [
            said(1, "kettle", days_ago=1, channel="email"),
            said(2, "kettle", days_ago=40, channel="note"),
            person(3, "Mr Kettle", "kettle@x.org"),
        ]
    )
    assert set(found("kettle")) == {1, 2, 3}
    assert found("kettle", kinds=["person"]) == [3]
    assert found("kettle", channels=["note"]) == [2]
    assert found("kettle", kinds=["message"], since=NOW - timedelta(days=30)) == [1]
    assert found("kettle", kinds=["message"], before=NOW - timedelta(days=30)) == [2]


def test_one_hit_stands_for_its_group_and_says_how_many_more_there_are():
    index_documents([said(number, "kettle", conversation=5, days_ago=number) for number in range(1, 5)] + [said(9, "kettle")])
    result = find("kettle", audience_ids=[1], is_grouped=True)
    assert {(hit.group_id, hit.others) for hit in result.hits} == {(5, 3), (9, 0)}
    assert result.groups == {"conversation": 2} and result.documents == {"message": 5}


def test_very_common_words_are_ranked_among_the_newest_and_it_says_so(monkeypatch):
    monkeypatch.setattr(selectors, "CANDIDATES", 10)
    monkeypatch.setattr(selectors, "TYPING_CANDIDATES", 3)
    index_documents([said(number, "a kettle", days_ago=number) for number in range(20)])
    result = find("kettle", audience_ids=[1])
    assert result.is_cut and sorted(hit.object_id for hit in result.hits) == list(range(10))
    assert sorted(hit.object_id for hit in find("kett", audience_ids=[1], typing=True).hits) == [0, 1, 2]
    assert not find("kettle", audience_ids=[1], since=NOW - timedelta(days=8)).is_cut


def test_the_number_of_queries_does_not_depend_on_what_is_found(django_assert_max_num_queries):
    index_documents([said(number, f"kettle word{number}") for number in range(300)])
    for query in ("kettle", "word7", "nothing", '"kettle word8" -word9'):
        with django_assert_max_num_queries(4):
            find(query, audience_ids=[1, 2, 3])


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("\"'*-()^:{}[]+~!&|<>\\%_@#;,./ \x00\t\n"), st.characters(), st.sampled_from("ANDORT")), max_size=60
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE, st.booleans())
def test_no_query_breaks_the_search(query, typing):
    index_documents([said(1, "AND OR NOT NEAR"), person(2, 'O\'Brien "Bob"', "b%b_@example.org")])
    find(query, audience_ids=[1], typing=typing)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_no_text_breaks_the_index(text):
    from heard.lib.text import storable

    index_documents([NewDocument("message", 1, "conversation", 1, 1, NOW, text=storable(text), title=storable(text), short=storable(text))])
