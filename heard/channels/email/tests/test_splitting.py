"""What is split by searching is split as the library splits it; what is unusual is left to the library."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heard.channels.email.bodies import MimePart
from heard.channels.email.splitting import split
from heard.inbound.services.sources import messages_of
from tests.factories import make_mail

SHARED = Path(__file__).parents[4].parent / "shared" / "data" / "mail"
LINES = [
    "", " ", "Hello", "--A", "--A ", "--A--", "--A-- x", "--B", "--B--", "--AB", "A: b", " folded", "From ada", "no colon",
    "Content-Type: multipart/mixed; boundary=A", "Content-Type: multipart/alternative; boundary=\"B\"", "Content-Type: text/plain",
    "Content-Type: multipart/digest; boundary=B", "Content-Type: message/rfc822", "Content-Type: multipart/mixed",
    "Content-Transfer-Encoding: base64", "Subject: caf\udcc3\udca9",
]  # fmt: skip


def library(raw: bytes) -> MimePart:
    return BytesParser(MimePart, policy=compat32).parsebytes(raw)


def tree(part: MimePart):
    """All that there is to a part."""
    payload = [tree(one) for one in part.parts()] if part.is_multipart() else part.get_payload()
    return part.items(), payload, part.preamble, part.epilogue, [type(one).__name__ for one in part.defects], part.get_default_type()


@settings(max_examples=1000)
@given(st.lists(st.sampled_from(LINES), max_size=22), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_a_tree_is_the_library_s(lines, end, is_closed, begins_as_multipart):
    before = ["Subject: x", "Content-Type: multipart/mixed; boundary=A", ""] if begins_as_multipart else []
    raw = (end.join([*before, *lines]) + (end if is_closed else "")).encode("ascii", "surrogateescape")
    found = split(raw)
    assert found is None or tree(found) == tree(library(raw))


def mail_with_parts() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ada@example.org", "Poles"
    mail.set_content("They broke.")
    mail.add_alternative("<p>They broke.</p>", subtype="html")
    mail.add_attachment(b"\x89PNG" * 500, maintype="image", subtype="png", filename="poles.png")
    return mail.as_bytes()


@pytest.mark.parametrize("raw", [make_mail("Where is my kettle?"), mail_with_parts(), mail_with_parts().replace(b"\n", b"\r\n")])
def test_what_is_usual_needs_no_library(raw):
    found = split(raw)
    assert found is not None and tree(found) == tree(library(raw))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"A: b\r\r\nHello", id="bare carriage returns"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=A\n\n--A\n\nHello\n", id="never closed"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=A\n\nHello\n", id="never opened"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=A\n\n--A--\n", id="nothing in it"),
        pytest.param(b"Content-Type: message/rfc822\n\nA: b\n\nHello\n", id="a message within"),
        pytest.param(b"nonsense\n\nHello\n", id="no headers"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=A\n\n" + b"--A\n\nx\n" * 300 + b"--A--\n", id="very many parts"),
    ],
)
def test_what_is_unusual_is_the_library_s(raw):
    assert split(raw) is None


def test_the_outside_world_is_split_as_the_library_does():
    """Test data of others is strange on purpose; even of it much is usual."""
    if not SHARED.exists():
        pytest.skip("the outside mail is not here")
    usual = 0
    for path in sorted(SHARED.rglob("*")):
        if not path.is_file() or path.suffix in {".md", ".json", ".txt"}:
            continue
        for found in messages_of(path, start=0):
            made = split(found.raw)
            usual += made is not None
            assert made is None or tree(made) == tree(library(found.raw)), path
    assert usual > 50
