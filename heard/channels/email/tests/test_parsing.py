# ruff: noqa: E501  (mail is shown as it is written)
"""Bytes become a message, whatever they are. How well on mail of others is in test_outside_scores.py."""

import base64
import binascii
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email import parsing
from heard.channels.email.addresses import normalise_address, parse_addresses, parse_message_ids
from heard.channels.email.bodies import MAX_PARTS, unflowed
from heard.channels.email.decoding import codec_for, decode, decode_words, parse_parameters
from heard.channels.email.envelope import UNREADABLE_CAUSES, Address, InboundMessage, UnreadableEmail
from heard.channels.email.parsing import MAX_RAW_BYTES, MAX_TEXT_LENGTH, attachment, parse, parse_with_files

HEAD = (
    b"Return-Path: <ada@example.org>\r\nDelivered-To: support+abc@example.com\r\nFrom: =?utf-8?Q?Ada_L=C3=B6velace?= <Ada@Example.ORG>\r\n"
    b'To: "Support, Ltd." <support@example.com>, Team: bob@example.com, Carl <carl@example.com>;\r\n'
    b"Subject: =?utf-8?B?UGFrZXQ=?=\r\nDate: Mon, 3 Nov 2025 11:00:00 +0100\r\nMessage-ID: <one@example.org>\r\n"
    b"In-Reply-To: <b@example.com>\r\nReferences: <a@example.com>\r\n <b@example.com>\r\nMIME-Version: 1.0\r\n"
)
MIXED = HEAD + (
    b"Content-Type: multipart/mixed; boundary=m\r\n\r\nNot shown.\r\n--m\r\n"
    b"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
    b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n--a\r\n"
    b'Content-Type: text/html; charset=utf-8\r\n\r\n<p>Gr\xc3\xbc\xc3\x9fe</p><img src="cid:pic@x"><script>1</script>\r\n--a--\r\n--r\r\n'
    b"Content-Type: image/png; name=pic.png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--r--\r\n--m\r\n"
    b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''R%C3%A4ch; filename*1=nung.pdf\r\n\r\n%PDF\r\n--m\r\n"
    b"Content-Type: message/rfc822\r\n\r\nSubject: Inner/one\r\nFrom: x@y.example\r\n\r\nInside\r\n--m--\r\n"
)


def mail(body: bytes = b"Hello", *headers: bytes) -> bytes:
    return HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def test_a_whole_message_is_read():
    message, contents = parse_with_files(MIXED)
    assert message.message_id == "one@example.org"
    assert message.in_reply_to == ("b@example.com",)
    assert message.references == ("a@example.com", "b@example.com")
    assert message.sender == Address("Ada Lövelace", "Ada@example.org")
    assert message.to == (
        Address("Support, Ltd.", "support@example.com"),
        Address("", "bob@example.com"),
        Address("Carl", "carl@example.com"),
    )
    assert message.delivered_to == ("support+abc@example.com",)
    assert message.return_path == "ada@example.org"
    assert message.subject == "Paket"
    assert message.sent_at == datetime(2025, 11, 3, 10, 0, tzinfo=UTC)
    assert message.text == message.new_text == "Grüße"
    assert message.html == '<p>Grüße</p><img data-cid="pic@x">'
    assert [(part.name, part.content_type, part.size, part.is_inline) for part in message.attachments] == [
        ("pic.png", "image/png", 3, True),
        ("Rächnung.pdf", "application/pdf", 4, False),
        ("Inner_one.eml", "message/rfc822", 44, False),
    ]
    assert contents == (b"\x00\x01\x02", b"%PDF", b"Subject: Inner/one\nFrom: x@y.example\n\nInside")
    assert [attachment(MIXED, part.number) for part in message.attachments] == list(contents)
    assert message.problems == ()


def test_an_unknown_attachment_is_a_key_error():
    with pytest.raises(KeyError):
        attachment(MIXED, 99)


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (b"just words\n\nmore words", "not_an_email"),
        (b"\xd0\xcf\x11\xe0" * 100, "not_an_email"),
        (b"Colour: red\n\nx", "not_an_email"),
        (b"From: a@b.example\n\n" + b"x" * MAX_RAW_BYTES, "too_large"),
    ],
)
def test_what_is_no_message_is_refused_with_a_cause(raw, cause):
    with pytest.raises(UnreadableEmail) as refusal:
        parse(raw)
    assert refusal.value.cause == cause


def test_time_is_bounded():
    with pytest.raises(UnreadableEmail) as refusal:
        parse(MIXED, seconds=-1)
    assert refusal.value.cause == "took_too_long"


def test_without_headers_there_is_still_a_message():
    message = parse(b"Subject: x\n\nHello")
    assert message.sender is None
    assert message.sent_at is None
    assert {"no_date", "no_message_id", "no_sender"} <= set(message.problems)
    assert parse(b"Return-Path: <a@b.example>\nSubject: x\n\n").sender == Address("", "a@b.example")
    assert parse(b"Sender: S <s@b.example>\nSubject: x\n\n").sender == Address("S", "s@b.example")
    assert parse(b"Return-Path: <>\nSubject: x\n\n").return_path == ""


@pytest.mark.parametrize(
    "date", [b"yesterday", b"Mon, 99 Nov 2025", b"1 Jan 99999999 10:00:00 +0000", b"Mon, 3 Nov 2025 11:00:00 +9999999", b"9" * 90]
)
def test_a_wrong_date_is_none(date):
    message = parse(b"From: a@b.example\nDate: " + date + b"\n\nx")
    assert message.sent_at is None
    assert "bad_date" in message.problems


@pytest.mark.parametrize(
    ("body", "charset", "text", "is_sure"),
    [
        ("Grüße".encode("iso-8859-1"), "iso-8859-1", "Grüße", True),
        ("“Grüße”".encode("cp1252"), "iso-8859-1", "“Grüße”", True),
        ("Grüße".encode(), "us-ascii", "Grüße", False),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße", False),
        ("Grüße".encode(), "x-unknown", "Grüße", False),
        ("Grüße".encode("cp1252"), "", "Grüße", False),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "日本語", True),
        ("日本語".encode("iso-2022-jp"), "", "日本語", False),
        ("日本語".encode("cp932"), "Shift_JIS", "日本語", True),
        ("中文".encode("gb18030"), "GB2312", "中文", True),
        ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어", True),
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет", True),
        ("Привет".encode("cp1251"), "windows-1251", "Привет", True),
        ("Việt".encode("cp1258", "replace"), "windows-1258", "Vi?t", True),
        ("שלום".encode("iso-8859-8"), "iso-8859-8-i", "שלום", True),
        ("Grüße".encode("utf-7"), "utf-7", "Grüße", True),
        ("naïve café".encode() + b"\xff", "utf-8", "naïve café\ufffd", False),
        (b"plain", "rot13", "plain", False),
        (b"plain", "idna", "plain", False),
        (b"plain", "'utf-8'", "plain", True),
    ],
)
def test_charsets_are_read_as_they_are_meant(body, charset, text, is_sure):
    message = parse(mail(body, b"Content-Type: text/plain; charset=" + charset.encode() if charset else b"Content-Type: text/plain"))
    assert message.text == text
    assert ("bad_charset" not in message.problems) == is_sure


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", max_size=20))
def test_every_codec_we_use_is_one_for_text(charset):
    codec = codec_for(charset)
    assert codec is None or isinstance("x".encode(codec), bytes)


@pytest.mark.parametrize("encoding", [b"base64", b"BASE64 ", b'"base64"', b"base64;"])
def test_transfer_encodings_are_read_as_they_are_meant(encoding):
    broken = b"!" + base64.b64encode(b"Hello world").rstrip(b"=") + b"\r\n"
    assert parse(mail(broken, b"Content-Transfer-Encoding: " + encoding)).text == "Hello world"


def test_uuencoded_files_in_text_become_attachments():
    lines = [binascii.b2a_uu(bytes(range(45))), binascii.b2a_uu(b"end")]
    body = b"Here it is:\n\nbegin 644 pic.gif\n" + b"".join(lines) + b"`\nend\nBye\n\nbegin 644 and end\nare only words\nend\n"
    message, contents = parse_with_files(mail(body))
    assert message.text == "Here it is:\n\n\nBye\n\nbegin 644 and end\nare only words\nend"
    assert [(part.name, part.size) for part in message.attachments] == [("pic.gif", 48)]
    assert contents == (bytes(range(45)) + b"end",)
    assert attachment(mail(body), message.attachments[0].number) == contents[0]


def test_flowed_paragraphs_are_joined():
    text = "One \ntwo\n\n> quoted \n> more\n-- \nAda"
    assert unflowed(text, delete_space=False) == "One two\n\n> quoted more\n-- \nAda"
    assert parse(mail(b"Ein Wo \r\nrt", b"Content-Type: text/plain; format=flowed; delsp=yes")).text == "Ein Wort"


def test_html_alone_gives_text_and_empty_text_gives_way_to_it():
    assert parse(mail(b"<p>Hi</p><blockquote>old</blockquote>", b"Content-Type: text/html")).text == "Hi\n\n> old"
    both = b"--a\r\n\r\n \r\n--a\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--a--"
    assert parse(mail(both, b"Content-Type: multipart/alternative; boundary=a")).text == "Hi"


def test_several_texts_are_joined_in_order():
    body = (
        b"--a\r\n\r\none\r\n--a\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--a\r\nContent-Type: text/plain; name=x.txt\r\n\r\nthree\r\n--a--"
    )
    message = parse(mail(body, b"Content-Type: multipart/mixed; boundary=a"))
    assert message.text == "one\n\ntwo"
    assert [part.name for part in message.attachments] == ["x.txt"]


@pytest.mark.parametrize(
    "raw",
    [
        mail(b"words", b"Content-Type: multipart/mixed; boundary=missing"),
        mail(b"words", b"Content-Type: multipart/mixed"),
        mail(b"words", b"Content-Type: text"),
        mail(b"words", b"Content-Type: ;;;=="),
        mail(b"words", b"Content-Type: text/plain; charset*0*=u''%"),
    ],
)
def test_broken_structures_still_show_their_words(raw):
    assert parse(raw).text == "words"


@pytest.mark.parametrize("kind", [b"multipart/mixed; boundary=b%d\r\n\r\n--b%d", b"message/rfc822\r\n\r\nX-%d: %d"])
def test_a_message_within_itself_ends(kind):
    raw = (
        mail(b"", b"X: y")[:-2]
        + b"".join(b"Content-Type: " + kind % (number, number) + b"\r\n" for number in range(3000))
        + b"\r\nthe words"
    )
    message = parse(raw)
    assert "too_many_parts" in message.problems
    assert "the words" in message.text


def test_ten_thousand_parts_are_looked_at_up_to_a_bound():
    message = parse(mail(b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * 10_000 + b"--b--", b"Content-Type: multipart/mixed; boundary=b"))
    assert len(message.attachments) == MAX_PARTS - 1
    assert "too_many_parts" in message.problems


def test_absurd_headers_are_cut():
    message = parse(
        b"X-Long: "
        + b"a" * 2_000_000
        + b"\r\n"
        + b"To: "
        + b", ".join(b"u%d@x.example" % number for number in range(10_000))
        + b"\r\n"
        + mail()
    )
    assert "cut" in message.problems
    assert len(message.to) == 1000
    assert message.sender == Address("Ada Lövelace", "Ada@example.org")
    assert message.text == "Hello"
    message = parse(b"References: " + b" ".join(b"<%d@x.example>" % number for number in range(5_000)) + b"\r\n" + mail())
    assert len(message.references) == 200
    assert message.references[0] == "0@x.example"
    assert message.references[-1] == "4999@x.example"


def test_long_text_is_cut():
    message = parse(mail(b"word " * 500_000))
    assert len(message.text) <= MAX_TEXT_LENGTH
    assert "cut" in message.problems


def test_a_zip_bomb_is_only_carried():
    message, contents = parse_with_files(
        mail(base64.b64encode(b"PK\x03\x04bomb"), b"Content-Type: application/zip", b"Content-Transfer-Encoding: base64")
    )
    assert contents == (b"PK\x03\x04bomb",)
    assert message.attachments[0].name == "part-0.zip"


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        (b'"../../etc/passwd"', "passwd"),
        (b'"C:\\\\dir\\\\x.doc"', "x.doc"),
        (b'"=?utf-8?Q?R=C3=A4.pdf?="', "Rä.pdf"),
        (b"utf-8''%E2%82%AC.txt", "utf-8''%E2%82%AC.txt"),
        (b'"a\x00b\xe2\x80\xaegpj.exe"', "a\ufffdb_gpj.exe"),
        (b'"' + b"x" * 500 + b'.pdf"', "x" * 196 + ".pdf"),
        (b'"..."', "part-0.bin"),
    ],
)
def test_file_names_are_names(given_name, name):
    message = parse(mail(b"x", b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; filename=" + given_name))
    assert message.attachments[0].name == name


def test_parameters_are_read_with_charset_and_continuations():
    assert parse_parameters('text/plain; a=1; b="x;y\\"z"; c*=utf-8\'de\'%C3%A4; d*1=two; d*0=one; a=3') == (
        "text/plain",
        {"a": "1", "b": 'x;y"z', "c": "ä", "d": "onetwo"},
    )
    assert parse_parameters("") == ("", {})


def test_encoded_words_are_decoded_wherever_they_stand():
    assert decode_words("=?utf-8?B?w6Q=?= =?utf-8?Q?_b?= c") == "ä b c"
    assert decode_words("=?utf-8?B?4oI=?=\t=?utf-8?B?rA==?=") == "€"  # cut in the middle of a character
    assert decode_words("a =?utf-8*de?q?b?=, =?nonsense?q?=E4?=") == "a b, ä"
    assert decode_words("=?utf-8?q?What??=") == "What?"
    assert decode_words("=?utf-8?x?no?=") == "=?utf-8?x?no?="


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@b.example, , C <d@E.example>", [("", "a@b.example"), ("C", "d@e.example")]),
        ('"john doe"@x.example', [("", '"john doe"@x.example')]),
        ("ada@x.example (Ada (the) Countess)", [("Ada (the) Countess", "ada@x.example")]),
        ("undisclosed-recipients:;", []),
        ("Gruppe: a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("<@relay.example:a@b.example>", [("", "a@b.example")]),
        ("Jürgen <j@münchen.example>", [("Jürgen", "j@xn--mnchen-3ya.example")]),
        ("=?utf-8?q?Ada_=3Ca=40b=2Eexample=3E?=", [("Ada", "a@b.example")]),
        ("'a@b.example' <a@b.example>", [("", "a@b.example")]),
        ("Mallory a@good.example <m@evil.example>", [("Mallory a@good.example", "m@evil.example")]),
        ("a@good.example@evil.example, root, @x, x@, <>", []),
        ("mailto:a@b.example", [("", "a@b.example")]),
        ('"unclosed <a@b.example>', [("unclosed", "a@b.example")]),
    ],
)
def test_addresses_are_found_in_whatever_is_written(value, expected):
    assert [(address.name, address.address) for address in parse_addresses(value)] == expected


@given(st.text(max_size=100))
def test_an_address_is_normal_once_it_is_normalised(text):
    address = normalise_address(text)
    assert normalise_address(address) == address
    for found in parse_addresses(text):
        assert found.address.count("@") >= 1
        assert found.address == normalise_address(found.address)


def test_message_ids_are_found_broken_or_bare():
    assert parse_message_ids("<a@b> <c\t@d> text <a@b>") == ("a@b", "c@d")
    assert parse_message_ids("a@b") == ("a@b",)
    assert parse_message_ids("none") == ()


def test_two_copies_of_one_mail_have_one_digest():
    other = MIXED.replace(b"Delivered-To: support+abc", b"Delivered-To: sales").replace(b"Not shown.", b"")
    assert parse(MIXED).body_digest == parse(other).body_digest
    assert parse(MIXED).body_digest != parse(MIXED.replace(b"Gr=FC=DFe", b"Gruss")).body_digest


# Whatever comes


def is_storable(message: InboundMessage) -> bool:
    texts = [message.subject, message.text, message.new_text, message.quoted_text, message.html, message.message_id, *message.references]
    texts += [text for part in message.attachments for text in (part.name, part.content_type, part.content_id)]
    texts += [text for party in (message.sender, *message.to, *message.cc) if party for text in (party.name, party.address)]
    return all("\x00" not in text and unicodedata.is_normalized("NFC", text) and text.encode("utf-8") is not None for text in texts)


def understand(raw: bytes) -> None:
    try:
        message, contents = parse_with_files(raw)
    except UnreadableEmail as refusal:
        assert refusal.cause in UNREADABLE_CAUSES  # noqa: PT017
        return
    assert is_storable(message)
    assert len(contents) == len(message.attachments) <= MAX_PARTS + 100
    assert len(message.text) <= MAX_TEXT_LENGTH
    assert len({part.number for part in message.attachments}) == len(message.attachments)
    assert all(part.name and "/" not in part.name for part in message.attachments)
    assert bool(message.new_text) == bool(message.text.strip())


@given(st.binary(max_size=2000))
def test_random_bytes_never_raise(raw):
    understand(raw)
    understand(b"From: a@b.example\nContent-Type: " + raw)
    understand(b"Subject: " + raw + b"\nFrom: " + raw + b"\nTo: " + raw + b"\nDate: " + raw + b"\nReferences: " + raw + b"\n\n" + raw)


fragments = st.sampled_from(
    [b"\x00", b"\xff", b"\r", b"\n\n", b"--m", b"--m--", b"--a\r\n", b"--r--\r\n", b"Content-Type: ", b"multipart/mixed; boundary=m", b"message/rfc822", b"=?utf-8?q?",
     b"?=", b"text/html", b"charset=utf-16", b"charset=iso-2022-jp", b"\x1b$B", b"base64", b"x-uuencode", b"begin 644 x\nM", b"format=flowed", b"*0*=", b'"', b"<", b">",
     b"(", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"Action: failed\n", b"message/delivery-status", b"MAILER-DAEMON@", b"> ", b"On 2025 wrote:\n"]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(MIXED)), st.integers(0, 40), fragments | st.binary(max_size=8)), min_size=1, max_size=12))
def test_damaged_mail_never_raises(changes):
    raw = MIXED
    for place, length, put in changes:
        raw = raw[:place] + put + raw[place + length :]
    understand(raw)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_in_any_charset_become_text(data, charset):
    text, _is_sure = decode(data, charset)
    assert isinstance(text, str)


def test_only_unreadable_email_is_raised_even_if_the_library_does(monkeypatch):
    parsed = parsing._parsed

    def broken_for_bodies(raw, deadline):
        if b"words" in raw:
            raise AssertionError("the library met something new")
        return parsed(raw, deadline)

    monkeypatch.setattr(parsing, "_parsed", broken_for_bodies)
    message = parse(mail(b"words"))
    assert message.text == "words"
    assert "broken_mime" in message.problems
