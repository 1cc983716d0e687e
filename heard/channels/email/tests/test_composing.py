"""What we send can be read by anybody, and by ourselves."""

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.automatic import may_acknowledge
from heard.channels.email.composing import compose, recipients, references_of
from heard.channels.email.envelope import Address, Outgoing, OutgoingFile, Quoted
from heard.channels.email.parsing import parse, parse_with_files
from heard.lib.text import storable

NOW = datetime(2025, 11, 3, 10, 0, tzinfo=UTC)
SUPPORT = Address("Support, Ltd.", "support@example.com")
ADA = Address("Ada Lövelace", "ada@example.org")


def outgoing(**changes) -> Outgoing:
    values = {
        "sender": SUPPORT,
        "to": (ADA,),
        "subject": "Parcel",
        "text": "It is on its way.",
        "message_id": "h.1@example.com",
        "date": NOW,
    }
    return Outgoing(**(values | changes))


def test_an_answer_is_read_back_as_it_was_written():
    raw = compose(
        outgoing(
            cc=(Address("", "carl@example.net"),),
            subject="AW: Re: Wo ist mein Päckchen?",
            text="Liebe Ada,\n\nhier: https://example.com/a?b=1&c=2.\nGruß",
            in_reply_to="b@example.org",
            references=("a@example.org", "b@example.org"),
            signature="Bob\nExample Ltd.",
            quoted=Quoted("Ada <ada@example.org>", NOW, "Wo ist es?\n\nAda", "<p>Wo ist es?</p>"),
        )
    )
    message = parse(raw)
    assert message.sender == SUPPORT
    assert message.to == (ADA,)
    assert message.cc == (Address("", "carl@example.net"),)
    assert message.subject == "Re: Wo ist mein Päckchen?"
    assert message.message_id == "h.1@example.com"
    assert message.in_reply_to == ("b@example.org",)
    assert message.references == ("a@example.org", "b@example.org")
    assert message.sent_at == NOW
    assert message.new_text == "Liebe Ada,\n\nhier: https://example.com/a?b=1&c=2.\nGruß"
    assert "> Wo ist es?" in message.quoted_text
    assert 'href="https://example.com/a?b=1&amp;c=2"' in message.html
    assert message.problems == ()


def test_the_same_value_gives_the_same_bytes():
    assert compose(outgoing(files=(OutgoingFile("a.txt", "text/plain", b"x"),))) == compose(
        outgoing(files=(OutgoingFile("a.txt", "text/plain", b"x"),))
    )


def test_files_arrive_whole_and_inline_images_stand_in_the_html():
    png = bytes(range(256)) * 10
    raw = compose(
        outgoing(
            html='<p>Look: <img src="cid:pic@heard"></p>',
            files=(
                OutgoingFile("Bild ä.png", "image/png", png, "pic@heard"),
                OutgoingFile("Rechnung für Ada, Nr. 1; endgültig " + "x" * 60 + ".pdf", "application/pdf", b""),
            ),
        )
    )
    message, contents = parse_with_files(raw)
    assert [part.name for part in message.attachments] == ["Bild ä.png", "Rechnung für Ada, Nr. 1; endgültig " + "x" * 60 + ".pdf"]
    assert [part.is_inline for part in message.attachments] == [True, False]
    assert contents == (png, b"")


def test_an_acknowledgement_says_that_it_is_one():
    raw = compose(outgoing(is_automatic=True, installation="abc"))
    assert parse(raw).automatic == "auto_reply"
    assert not may_acknowledge(parse(raw))
    assert parse(raw, installation="abc").automatic == "own"
    assert parse(raw, installation="another").automatic != "own"


def test_a_long_chain_keeps_its_first_and_last_ids_unbroken():
    chain = tuple(f"{number}.{'x' * 120}@example.org" for number in range(100))
    message = parse(compose(outgoing(references=chain, in_reply_to=chain[-1])))
    assert message.references == (chain[0], *chain[-20:])
    assert references_of(outgoing(references=("a@b.c",), in_reply_to="a@b.c")) == ("a@b.c",)


def test_re_stands_once_and_only_before_answers():
    for subject in ("Parcel", "Re: Parcel", "RE: re: Parcel", "Re[2]: Parcel", "AW: Parcel", "Sv: Re: Parcel"):
        assert parse(compose(outgoing(subject=subject))).subject == "Re: Parcel"
    assert parse(compose(outgoing(subject="Parcel", is_reply=False))).subject == "Parcel"


def test_recipients_are_named_once():
    assert recipients(outgoing(to=(ADA,), cc=(ADA, SUPPORT))) == (ADA.address, SUPPORT.address)


@pytest.mark.parametrize(
    "changes", [{"to": ()}, {"message_id": ""}, {"message_id": "a b@c"}, {"date": datetime(2025, 1, 1)}, {"to": (Address("", "a@b c>"),)}]
)
def test_an_incomplete_message_is_refused(changes):
    with pytest.raises(ValueError):
        compose(outgoing(**changes))


any_text = st.text(max_size=300)
any_line = st.text(max_size=120)
locals_ = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+-_'", min_size=1, max_size=30)
addresses = st.builds(Address, any_line, st.builds("{}@example.org".format, locals_))


@given(
    sender=addresses,
    to=st.lists(addresses, min_size=1, max_size=5).map(tuple),
    subject=any_line,
    text=any_text,
    signature=any_text,
    installation=any_line,
    name=any_line,
    content=st.binary(max_size=300),
    quoted=st.none() | st.builds(Quoted, author=any_line, sent_at=st.none() | st.just(NOW), text=any_text, introduction=any_line),
)
def test_no_value_adds_a_header_or_changes_another(sender, to, subject, text, signature, installation, name, content, quoted):
    raw = compose(
        outgoing(
            sender=sender,
            to=to,
            subject=subject,
            text=text,
            signature=signature,
            installation=installation,
            quoted=quoted,
            files=(OutgoingFile(name, name, content),),
        )
    )
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")
    names = [name for name, _value in email.message_from_bytes(raw, policy=email.policy.compat32).items()]
    assert len(names) == len(set(names))
    assert set(names) <= {"From", "To", "Subject", "Date", "Message-ID", "X-Heard-Installation", "MIME-Version", "Content-Type"}
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message, contents = parse_with_files(raw)
    assert message.sender is not None and message.sender.address == sender.address
    assert [address.address for address in message.to] == [address.address for address in to]
    assert contents == (content,)
    assert not {"bad_charset", "broken_mime", "cut"} & set(message.problems)


@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Mn")), min_size=1, max_size=200))
def test_subject_text_and_names_come_back(text):
    text = storable(text)
    line = " ".join(text.split())
    message = parse(compose(outgoing(sender=Address(line, "a@example.org"), subject=f"x {line}", text=f"x {text}", is_reply=False)))
    assert " ".join(message.text.split()).startswith(" ".join(f"x {text}".split())[:190])
    assert message.subject == " ".join(f"x {line}".split())
