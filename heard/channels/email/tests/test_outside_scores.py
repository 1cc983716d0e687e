"""How well we read mail that others collected, against what they expect of it.

The samples lie outside the repository; without them these tests are skipped. What is counted, and what is not and why, is said at each
test. The figures are printed and, if HEARD_SCORES names a file, added to it as lines of JSON.
"""

import csv
import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from heard.channels.email.decoding import parse_parameters
from heard.channels.email.envelope import UNREADABLE_CAUSES, UnreadableEmail
from heard.channels.email.parsing import DecodedParts, decode_parts, parse
from heard.channels.email.trimming import trim

SHARED = Path(__file__).parents[4].parent / "shared"
MAIL = SHARED / "data" / "mail"

pytestmark = pytest.mark.skipif(not MAIL.is_dir(), reason="the outside mail samples (../shared/data/mail) are not here")


@pytest.fixture
def report(capsys):
    """Prints one line of the table and appends it to the file HEARD_SCORES."""

    def write(name: str, right: int, of: int, must: str) -> None:
        with capsys.disabled():
            print(f"\n  {name:<58} {right:>5} of {of:<5} {100 * right / of:6.1f} %   (must reach {must})")  # noqa: T201
        if path := os.environ.get("HEARD_SCORES"):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"score": name, "right": right, "of": of, "must": must}) + "\n")

    return write


def samples() -> list[Path]:
    return sorted(
        path
        for folder in ("stalwart", "mikel-mail/emails", "mikel-mail/attachments", "flufl-bounce/data", "reply-trimmer/emails")
        for path in (MAIL / folder).rglob("*")
        if path.is_file()
        and (path.suffix in (".eml", ".txt", ""))
        and path.name not in ("NOTICE.txt", "COPYING")
        and "LICENSES" not in path.parts
    )


def is_bare_text(path: Path) -> bool:
    """The samples of reply-trimmer are bodies without headers: no mail, and refused as such."""
    return "reply-trimmer" in path.parts


def test_every_sample_is_understood_or_refused_with_a_true_cause(report):
    accounted = 0
    paths = samples()
    for path in paths:
        raw = path.read_bytes()
        try:
            message = parse(raw)
        except UnreadableEmail as refusal:
            accounted += refusal.cause in UNREADABLE_CAUSES and refusal.cause == true_cause(path, raw)
        else:
            accounted += bool(message.text or message.html or message.attachments or message.subject or message.sender)
    report("messages understood, or refused with a true cause", accounted, len(paths), "100 %")
    assert accounted == len(paths)


def true_cause(path: Path, raw: bytes) -> str:
    if not raw.strip():
        return "empty"
    return "not_an_email" if is_bare_text(path) or has_no_known_header(raw) else "none"


def has_no_known_header(raw: bytes) -> bool:
    head = raw.lstrip().partition(b"\n\n")[0].partition(b"\r\n\r\n")[0].lower()
    return not any(line.startswith((b"from:", b"to:", b"subject:", b"date:", b"message-id:", b"received:")) for line in head.splitlines())


def test_fields_of_the_stalwart_samples(report):
    """Counted for the outermost message, each as one field:

    - from, to, cc, bcc, reply-to: all names and addresses in order; entries without an address are left out on both sides, since an
      `Address` always has one;
    - date as a moment, subject, Message-ID;
    - every text and HTML body that is text: decoded, before format=flowed is joined, trimmed or sanitised; line ends and white space at the
      end do not count;
    - the number of attachments, and the name of each that has one; the bytes of each that is base64 and whole.

    Not well-defined, and therefore not counted:

    - anything where the expectation holds U+FFFD or is marked as an encoding problem: undeclared foreign bytes, where that parser puts
      replacement characters and we guess (no standard says which);
    - the inside of attached messages: we keep these whole, as attachments;
    - uuencoded parts' bytes: that parser leaves them encoded, we decode them.
    """
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for path in sorted((MAIL / "stalwart").rglob("*.json")):
        raw = path.with_suffix(".eml").read_bytes()
        expected = json.loads(path.read_text(encoding="utf-8"))
        for field, want, got in compared_fields(expected, raw):
            if want == got:
                right[field] += 1
            else:
                wrong.append(f"{path.parent.name}/{path.name} {field}: expected {str(want)[:120]!r}, found {str(got)[:120]!r}")
    total = sum(right.values()) + len(wrong)
    report("well-defined fields of stalwart/*.json", sum(right.values()), total, "95 %")
    assert sum(right.values()) >= 0.95 * total, "\n".join(wrong)


def compared_fields(expected: dict, raw: bytes):
    message, parts = parse(raw), decode_parts(raw)
    headers = {header["name"]: header["value"] for header in expected["parts"][0]["headers"] if isinstance(header["name"], str)}
    ours = {
        "from": (message.sender,) if message.sender else (),
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "reply_to": message.reply_to,
    }
    for name, found in ours.items():
        if name in headers and is_defined(headers[name]):
            yield name, expected_addresses(headers[name]), [(address.name, address.address) for address in found]
    for name, found in (("subject", message.subject), ("message_id", message.message_id)):
        if name in headers and is_defined(headers[name]):
            yield name, headers[name]["Text"], found
    if "date" in headers:
        yield "date", expected_moment(headers["date"]), message.sent_at
    yield from compared_bodies(expected, parts)
    yield from compared_attachments(expected, parts)


def is_defined(value: object) -> bool:
    return "\ufffd" not in json.dumps(value, ensure_ascii=False) and value != "Empty"


def expected_addresses(value: dict) -> list[tuple[str, str]]:
    entries = value["Address"].get("List") or [entry for group in value["Address"].get("Group", ()) for entry in group["addresses"]]
    return [(entry["name"] or "", entry["address"]) for entry in entries if entry["address"]]


def expected_moment(value: object) -> datetime | None:
    if not isinstance(value, dict):
        return None
    date = value["DateTime"]
    offset = timedelta(hours=date["tz_hour"], minutes=date["tz_minute"])
    zone = timezone(-offset if date["tz_before_gmt"] else offset)
    return datetime(*(date[part] for part in ("year", "month", "day", "hour", "minute", "second")), tzinfo=zone).astimezone(UTC)


def compared_bodies(expected: dict, parts: DecodedParts):
    for name, ours in (("text_body", parts.text_body), ("html_body", parts.html_body)):
        texts = [part.text for part in ours if part.text is not None]
        bodies = [expected["parts"][number] for number in expected[name]]
        wanted = [part["body"].get("Text", part["body"].get("Html")) for part in bodies]
        wanted_texts = [text for text in wanted if text is not None]
        for place, (want, part) in enumerate(
            zip(wanted_texts, [p for p, text in zip(bodies, wanted, strict=True) if text is not None], strict=True)
        ):
            if "\ufffd" not in want and not part["is_encoding_problem"]:
                yield name, plain(want), plain(texts[place]) if place < len(texts) else None


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip()


def compared_attachments(expected: dict, parts: DecodedParts):
    wanted = [expected["parts"][number] for number in expected["attachments"]]
    yield "attachments", len(wanted), len(parts.attachments)
    for want, got in zip(wanted, parts.attachments, strict=False):
        name = expected_name(want)
        if name and is_defined(name):
            yield "attachment name", name, got.name
        encodings = [header["value"]["Text"] for header in want["headers"] if header["name"] == "content_transfer_encoding"]
        content = want["body"].get("Binary", want["body"].get("InlineBinary"))
        if content is not None and encodings == ["base64"] and not want["is_encoding_problem"]:
            yield "attachment bytes", bytes(content), got.content


def expected_name(part: dict) -> str:
    found = {}
    for header in part["headers"]:
        if header["name"] in ("content_type", "content_disposition") and isinstance(header["value"], dict):
            for attribute in header["value"]["ContentType"]["attributes"] or ():
                found[header["name"], attribute["name"]] = attribute["value"]
    name = found.get(("content_disposition", "filename")) or found.get(("content_type", "name")) or ""
    return parse_parameters(f'x; name="{name}"')[1].get("name", "") if "=?" in name else name


def test_bounces_of_the_flufl_table(report):
    """Class and addresses must both be right. A bounce without a recognised address counts as wrong, and so does the one ambiguous row."""
    right = 0
    wrong: list[str] = []
    with (MAIL / "flufl-bounce" / "expected.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["in_upstream_table"] == "yes"]
    for row in rows:
        bounce = parse((MAIL / "flufl-bounce" / "data" / row["file"]).read_bytes()).bounce
        recipients = bounce.recipients if bounce else ()
        kind = "none" if not bounce or not recipients else "permanent" if bounce.is_permanent else "temporary"
        found = {recipient.address.lower() for recipient in recipients}
        if (kind, found) == (row["class"], {address.lower() for address in row["addresses"].split(";") if address}):
            right += 1
        else:
            wrong.append(f"{row['file']}: expected {row['class']} {row['addresses']}, found {kind} {found}")
    report("bounces: class and addresses (flufl.bounce)", right, len(rows), "112")
    assert right >= 112, "\n".join(wrong)


def test_trimmed_replies_of_email_reply_trimmer(report):
    """The reply that remains must be equal up to white space."""
    wrong: list[str] = []
    paths = sorted((MAIL / "reply-trimmer" / "emails").glob("*.txt"))
    for path in paths:
        new, _cut = trim(path.read_bytes().decode("utf-8"))
        wanted = (MAIL / "reply-trimmer" / "trimmed" / path.name).read_text(encoding="utf-8")
        if "".join(new.split()) != "".join(wanted.split()):
            wrong.append(path.name)
    report("trimmed replies (email_reply_trimmer)", len(paths) - len(wrong), len(paths), "26")
    assert len(paths) - len(wrong) >= 26, wrong
