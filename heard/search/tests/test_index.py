"""Documents go in, change, move and leave; nobody finds what they may not read; what leaves is gone from the files too."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from heard.lib.db import is_sqlite
from heard.search import checks, selectors, services
from heard.search.index import Wanted, frequencies, present_index
from heard.search.models import Document
from heard.search.places import IN_A_MINUTE, first_place, place
from heard.search.selectors import find
from heard.search.services import NewDocument, empty_index, index_documents, mend_index, move_documents, remove_documents
from heard.search.words import parse_query

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUPPORT, SALES, OUTSIDE = 1, 2, 3


def said(number: int, text: str, *, audience: int = SUPPORT, at: datetime = MOMENT, **fields: object) -> NewDocument:
    return NewDocument("message", number, "conversation", number, audience, at, text=text, language="en", **fields)


def found(query: str, *audiences: int) -> list[int]:
    return sorted(hit.object_id for hit in find(query, audience_ids=audiences or (SUPPORT,)).hits)


@pytest.mark.django_db
def test_nobody_finds_what_their_audiences_may_not_read_nor_counts_it():
    index_documents(
        [
            said(1, "kettle"),
            said(2, "kettle", audience=SALES),
            NewDocument("person", 3, "person", 3, SALES, MOMENT, title="Kettle", short="Kettle"),
        ]
    )
    nothing = find("kettle", audience_ids=[OUTSIDE])
    assert (nothing.hits, nothing.documents, nothing.groups, nothing.is_cut) == ([], {}, {}, False)
    assert find("kettle", audience_ids=[]).hits == []
    assert found("kettle", SUPPORT) == [1]
    assert found("kettle", SUPPORT, SALES) == [1, 2, 3]


@pytest.mark.django_db
def test_what_others_may_read_neither_cuts_nor_ranks_what_i_find(monkeypatch):
    index_documents([said(1, "an old kettle", at=datetime(2020, 1, 1, tzinfo=UTC)), said(2, "kettle and a spoon")])
    before = [(hit.object_id, hit.rank) for hit in find("kettle", audience_ids=[SUPPORT]).hits]
    monkeypatch.setattr(selectors, "CANDIDATES", 5)
    index_documents([said(number, "kettle " * 3, audience=SALES) for number in range(100, 140)])
    result = find("kettle", audience_ids=[SUPPORT])
    assert [hit.object_id for hit in result.hits] == [number for number, _ in before]
    assert [hit.rank for hit in result.hits] == pytest.approx([rank for _, rank in before], rel=1e-3)  # the clock went on
    assert not result.is_cut


@pytest.mark.django_db
def test_an_audience_with_little_to_read_uses_marks_and_finds_the_same(monkeypatch):
    index_documents([said(number, f"kettle {number}", audience=SALES) for number in range(1, 200)] + [said(500, "kettle", channel="email")])
    assert found("kettle", SUPPORT) == [500]
    monkeypatch.setattr(selectors, "MOST_MARKS", 0)
    assert found("kettle", SUPPORT) == [500]
    monkeypatch.undo()
    assert [hit.object_id for hit in find("kettle", audience_ids=[SUPPORT, SALES], channels=["email"]).hits] == [500]


@pytest.mark.django_db
def test_indexing_twice_writes_once_and_a_change_replaces_what_was():
    assert index_documents([said(1, "kettle")]) == 1
    assert index_documents([said(1, "kettle")]) == 0
    assert index_documents([said(1, "teapot")]) == 2  # one gone, one new
    assert (found("kettle"), found("teapot")) == ([], [1])
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_an_object_that_another_audience_reads_now_is_gone_for_the_first():
    index_documents([said(1, "kettle")])
    index_documents([said(1, "kettle", audience=SALES)])
    assert (found("kettle", SUPPORT), found("kettle", SALES)) == ([], [1])


@pytest.mark.django_db
def test_moving_changes_who_finds_it_and_keeps_its_words(monkeypatch):
    monkeypatch.setattr(selectors, "SMALL_SHARE", 2.0)  # the marks are always asked
    index_documents([said(1, "two phrases here", title="Kettles", short="Kettles"), said(2, "phrases")])
    assert move_documents("message", [1], SALES) == 1
    assert found("phrases", SUPPORT) == [2]
    assert found("kettle", SALES) == found("ttle", SALES) == found('"phrases here"', SALES) == [1]
    assert move_documents("message", [1], SALES) == 0


@pytest.mark.django_db
def test_what_is_removed_is_found_no_more():
    index_documents([said(1, "kettle"), said(2, "kettle"), NewDocument("note", 1, "conversation", 1, SUPPORT, MOMENT, text="kettle")])
    assert remove_documents("message", [1, 99]) == 1
    assert [(hit.kind, hit.object_id) for hit in find("kettle", audience_ids=[SUPPORT]).hits] in (
        [("message", 2), ("note", 1)],
        [("note", 1), ("message", 2)],
    )


@pytest.mark.django_db
def test_words_go_with_a_document_however_it_is_deleted():
    index_documents([said(1, "kettle", short="kettle")])
    Document.objects.all().delete()
    index_documents([said(1, "teapot", short="teapot")])
    assert (found("kettle"), found("teapot")) == ([], [1])
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT (SELECT count(*) FROM search_words) + (SELECT count(*) FROM search_short)")
            assert cursor.fetchone() == (2,)


@pytest.mark.django_db
def test_many_documents_of_one_minute_all_find_a_place():
    assert index_documents([said(number, "kettle") for number in range(1, 1500)]) == 1499
    assert Document.objects.count() == 1499


@pytest.mark.django_db
def test_documents_from_a_backup_of_another_database_are_noticed_and_dropped():
    index_documents([said(1, "kettle")])
    Document.objects.bulk_create(
        [Document(pk=1, kind="message", object_id=2, group_kind="conversation", group_id=2, audience_id=1, happened_at=MOMENT)]
    )
    assert present_index().missing() == 1
    assert mend_index() == 1
    assert (present_index().missing(), Document.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_an_emptied_index_takes_documents_again():
    index_documents([said(1, "kettle")])
    empty_index()
    assert found("kettle") == []
    index_documents([said(1, "kettle")])
    assert found("kettle") == [1]


@pytest.mark.django_db
def test_a_text_of_any_length_and_a_title_of_any_length_are_taken():
    index_documents([said(1, "kettle " + " ".join(f"w{number}x" for number in range(60_000)), title="t" * 5000, short="s" * 5000)])
    assert found("kettle") == [1]


@pytest.mark.django_db
def test_a_phrase_does_not_run_from_the_title_into_the_text():
    index_documents([NewDocument("message", 1, "conversation", 1, SUPPORT, MOMENT, title="broken", text="kettle", language="-")])
    assert found('"broken kettle"') == []
    assert found("broken kettle") == [1]


@pytest.mark.django_db(transaction=True)
def test_an_erased_word_is_in_no_file_of_the_database():
    """On PostgreSQL the row is gone for every query; the file forgets it at the next VACUUM, here asked for."""
    canary = "zyzzyvacanary"
    others = [said(number, f"ordinary words number {number}") for number in range(2, 40)]
    index_documents([said(1, f"my name is {canary} and I am here", title=f"{canary} asks", short=f"{canary}@example.org"), *others])
    index_documents(said(number, f"more ordinary words {number}") for number in range(40, 80))
    assert found(canary) == [1]
    remove_documents("message", [1])
    assert found(canary) == []
    with connection.cursor() as cursor:
        if is_sqlite():
            if not present_index().deletes_securely():
                pytest.skip("this SQLite cannot delete securely from an index; doctor says so")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert cursor.fetchone()[0] == 0
            database = Path(connection.settings_dict["NAME"])
            for file in database.parent.glob(f"{database.name}*"):
                content = file.read_bytes()
                assert canary.encode() not in content
                assert canary[2:].encode() not in content  # terms share their beginnings with their neighbours
        else:
            cursor.execute("VACUUM search_documents")
            cursor.execute("SELECT count(*) FROM search_documents WHERE words::text LIKE %s", [f"%{canary}%"])
            assert cursor.fetchone() == (0,)


def test_places_are_in_order_of_time_and_the_same_each_time():
    earlier, later = datetime(1969, 12, 31, 23, 58, tzinfo=UTC), datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    assert first_place(earlier) == -2 * IN_A_MINUTE and first_place(later) == IN_A_MINUTE
    assert place(MOMENT, "message 1") == place(MOMENT, "message 1")
    assert first_place(MOMENT) <= place(MOMENT, "message 1") < first_place(MOMENT) + IN_A_MINUTE
    assert place(MOMENT, "message 1", 3) < first_place(MOMENT) + 8 * IN_A_MINUTE


def test_a_change_of_any_field_changes_the_fingerprint():
    one = said(1, "kettle")
    others = [said(1, "kettle", title="x"), said(1, "kettle", channel="email"), said(1, "kettle!"), said(1, "kettle", short="x")]
    assert len({services._fingerprint(each) for each in [one, *others]}) == 5


@pytest.mark.django_db
def test_without_trigrams_beginnings_of_words_are_still_found_and_doctor_says_so():
    if is_sqlite():
        assert present_index().finds_parts()  # always
        return
    index_documents([NewDocument("person", 3, "person", 3, SUPPORT, MOMENT, title="Ada Lovelace", short="Ada Lovelace", language="-")])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_short")
    assert (found("ovelac"), found("lovel*")) == ([], [3])
    assert [finding.level for finding in checks.index()] == ["warning"]
    mend_index()
    assert found("ovelac") == [3]
    assert checks.index() == []


@pytest.mark.django_db
def test_statistics_tell_rare_words_from_common_ones_and_both_are_found():
    """PostgreSQL's planner alone takes every beginning of a word for a common one."""
    index_documents([said(number, f"kettle lid{number}") for number in range(600)])
    if not is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_documents")
        frequencies._known.clear()
        known = frequencies.known_frequencies()
        assert known is not None
        assert known.share(("kettle",), is_prefix=False) == pytest.approx(1, abs=0.01)
        assert known.share(("nowhere",), is_prefix=True) == 0
        assert (
            not frequencies.are_few(wanted("kettle"))
            and frequencies.are_few(wanted("nowher*"))
            and frequencies.are_few(wanted("kettle nowhere"))
        )
        frequencies._known.clear()
    assert len(find("kettle", audience_ids=[SUPPORT], limit=1000).hits) == 600
    assert found("lid77") == [77]


def wanted(query: str) -> Wanted:
    return Wanted(parse_query(query), [SUPPORT], [], [], None, None, 501)
