"""Files of mail are split at the right places, also across the blocks in which they are read."""

import pytest

from heard.inbound.services import sources
from heard.inbound.services.sources import messages_of

MBOX = (
    b"From a@example.org Mon Jan  2 00:00:00 2023\nSubject: one\n\n>From here on\n>>From there\n> From\nFrom nowhere\n\n"
    b"From b@example.org\r\nSubject: two\r\n\r\nText\r\n\r\n"
    b"From c@example.org\nSubject: three\n\nNo end"
)


@pytest.mark.parametrize("block", [1, 7, 50, 1 << 20])
def test_messages_begin_behind_an_empty_line_and_lose_their_first(tmp_path, monkeypatch, block):
    monkeypatch.setattr(sources, "BLOCK", block)
    file = tmp_path / "past.mbox"
    file.write_bytes(MBOX)

    found = list(messages_of(file))

    assert [one.raw for one in found] == [
        b"Subject: one\n\nFrom here on\n>From there\n> From\nFrom nowhere\n\n",
        b"Subject: two\r\n\r\nText\r\n\r\n",
        b"Subject: three\n\nNo end",
    ]
    assert (found[0].start, found[-1].end) == (0, len(MBOX))
    assert list(messages_of(file, start=found[1].start)) == found[1:]


def test_of_a_monster_the_beginning_is_kept_and_the_next_one_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BLOCK", 64)
    monkeypatch.setattr(sources, "LONGEST_MESSAGE", 100)
    file = tmp_path / "past.mbox"
    file.write_bytes(b"From a\n" + b"x" * 50 + b"\n" + b"y" * 5_000 + b"\n\nFrom b\nSubject: small\n\n")

    monster, small = messages_of(file)

    assert monster.raw == b"x" * 50 + b"\n" + b"y" * (len(monster.raw) - 51)
    assert 90 <= len(monster.raw) <= 100
    assert small.raw == b"Subject: small\n\n"
    assert (monster.end, small.end) == (small.start, file.stat().st_size)
