"""Clock, text, keys, canonical JSON, versions, progress: small things that everything stands on."""

import io
import json
import logging
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.lib import keys
from heard.lib.canonical import canonical_json
from heard.lib.logs import JsonFormatter, LineFormatter
from heard.lib.progress import Progress, in_words
from heard.lib.sqlite_versions import is_safe_for_several_writers
from heard.lib.text import storable
from heard.lib.time import frozen_at, now

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_the_clock_runs_and_can_be_held():
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
    moment = datetime(2026, 11, 21, 13, tzinfo=timezone(timedelta(hours=1)))
    with frozen_at(moment):
        assert now() == moment
        assert now().tzinfo is UTC
    assert now() != moment
    with pytest.raises(ValueError), frozen_at(datetime(2026, 1, 1)):
        pass


@given(ANY_TEXT)
def test_storable_text_can_be_stored(text):
    kept = storable(text)
    assert "\0" not in kept
    kept.encode("utf-8")
    assert kept == unicodedata.normalize("NFC", kept)
    assert storable(kept) == kept


@given(ANY_TEXT, st.integers(0, 20))
def test_storable_text_is_no_longer_than_its_column(text, limit):
    assert len(storable(text, limit)) <= limit


def test_what_cannot_be_stored_is_replaced_and_the_rest_is_kept():
    assert storable("a\0b\ud800c") == "a�b�c"
    assert storable("e\u0301") == "é"
    assert storable("👩‍👩‍👧") == "👩‍👩‍👧"


LEAVES = st.none() | st.booleans() | st.integers() | st.text()
JSON_VALUES = st.recursive(LEAVES, lambda one: st.lists(one) | st.dictionaries(st.text(), one))


@given(JSON_VALUES)
def test_canonical_json_says_the_same_in_one_spelling(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_does_not_depend_on_order_and_refuses_what_has_two_spellings():
    assert canonical_json({"b": 1, "a": [True, None]}) == canonical_json({"a": [True, None], "b": 1}) == '{"a":[true,null],"b":1}'
    for value in (1.5, {"a": [2.0]}, {1: 2}):
        with pytest.raises(TypeError):
            canonical_json(value)


def test_keys_are_made_once_for_their_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "_home", [tmp_path])
    monkeypatch.setattr(keys, "_given", dict.fromkeys(keys.NAMES, "") | {"mail": "from the environment"})
    keys.key.cache_clear()
    try:
        assert sorted(keys.make_missing()) == ["field", "seal", "secret", "tombstone"]
        assert keys.make_missing() == []
        assert keys.key("mail") == b"from the environment"
        seal = keys.key("seal")
        assert len(seal) == 64
        assert keys.place("seal").stat().st_mode & 0o777 == 0o600
        keys.key.cache_clear()
        assert keys.key("seal") == seal
        with pytest.raises(KeyError):
            keys.key("other")
    finally:
        keys.key.cache_clear()


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_which_sqlite_may_have_several_writers(version, is_safe):
    assert is_safe_for_several_writers(version) is is_safe


def test_progress_tells_how_many_how_fast_and_how_long_still():
    progress = Progress("messages", total=1000, stream=io.StringIO())
    progress.update(400)
    assert progress.line(10) == "400 messages · 40 a second · 40 % · 15 s left"
    progress.update(400, 1.0)
    assert progress.line(10) == "400 messages · 40 a second · 100 %"
    assert progress.stream.getvalue() == ""
    assert [in_words(seconds) for seconds in (28, 240, 7800)] == ["28 s", "4 min", "2 h 10 min"]


def test_progress_writes_one_line_on_a_terminal(monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setattr("heard.lib.progress.TERMINAL_SECONDS", 0)
    progress = Progress("files", stream=stream)
    for _ in range(3):
        progress.add()
    progress.finish()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().rstrip().endswith("a second")


@pytest.fixture
def failure():
    words, address = "she wrote: hello", "ada@example.org"
    try:
        try:
            raise ValueError(address)
        except ValueError as error:
            raise RuntimeError(words) from error
    except RuntimeError as error:
        facts = {"msg": "task failed", "name": "heard.tasks", "task": 7, "exc_info": (type(error), error, error.__traceback__)}
    return logging.makeLogRecord(facts)


@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_a_log_line_has_ids_and_places_and_no_words_of_people(formatter, failure):
    line = formatter.format(failure)
    assert "task failed" in line
    assert "task=7" in line or '"task": 7' in line
    assert "RuntimeError from ValueError" in line
    assert "test_ground.py" in line
    assert "ada@" not in line
    assert "hello" not in line
