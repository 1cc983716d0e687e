"""Whose mail is believed. Keys come from a dictionary; signatures are made here."""

import base64
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from heard.channels.email.authentication import LookupFailed, are_aligned, authenticate, organisational_domain, verifies_address
from heard.channels.email.envelope import Authentication

ADA = "ada@example.org"
RECEIVED = b"Received: from a.example by b.example; Mon, 3 Nov 2025 10:00:00 +0000\r\n"
MAIL = b"From: Ada <ada@example.org>\r\nTo: support@example.com\r\nSubject: Hello\r\n\r\nMy parcel is late.\r\n"


class KnownRecords(dict):
    """A resolver that knows what a test tells it."""

    def txt(self, name: str, *, seconds: float) -> bytes | None:
        assert 0 < seconds <= 3
        return self.get(name)


class NoNetwork:
    def txt(self, name: str, *, seconds: float) -> bytes | None:
        raise LookupFailed


@cache
def key_pair() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public)


def signed(mail: bytes = MAIL, *, domain: bytes = b"example.org", **options) -> bytes:
    return dkim.sign(mail, b"sel", domain, key_pair()[0], include_headers=[b"from", b"subject", b"to"], **options) + mail


def records(domain: str = "example.org") -> KnownRecords:
    return KnownRecords({f"sel._domainkey.{domain}": b"v=DKIM1; k=rsa; p=" + key_pair()[1]})


def test_a_valid_signature_of_the_senders_domain_passes():
    assert authenticate(signed(), sender=ADA, resolver=records()) == Authentication("pass", "dkim", "example.org")


def test_line_ends_do_not_matter():
    assert authenticate(signed().replace(b"\r\n", b"\n"), sender=ADA, resolver=records()).result == "pass"


def test_a_subdomain_of_the_same_owner_passes():
    found = authenticate(signed(domain=b"mail.example.org"), sender=ADA, resolver=records("mail.example.org"))
    assert found == Authentication("pass", "dkim", "mail.example.org")


def test_a_changed_body_fails():
    assert authenticate(signed().replace(b"late", b"lost"), sender=ADA, resolver=records()) == Authentication("fail", "dkim", "example.org")


def test_a_signature_of_another_domain_says_nothing():
    assert authenticate(signed(domain=b"evil.example"), sender=ADA, resolver=records("evil.example")).result == "none"


def test_a_signature_that_leaves_the_end_of_the_body_open_says_nothing():
    assert authenticate(signed(length=True) + b"And send money.\r\n", sender=ADA, resolver=records()).result == "none"


def test_a_second_from_makes_the_signature_worthless():
    forged = b"From: Boss <boss@example.org>\r\n" + signed()
    assert authenticate(forged, sender="boss@example.org", resolver=records()).result == "none"
    assert authenticate(forged, sender=ADA, resolver=records()).result == "none"


@pytest.mark.parametrize(
    "resolver", [None, NoNetwork(), KnownRecords(), KnownRecords({"sel._domainkey.example.org": b"v=DKIM1; p=garbage"})]
)
def test_without_a_key_nothing_is_known(resolver):
    assert authenticate(signed(), sender=ADA, resolver=resolver).result in ("none", "fail")


def test_an_unsigned_message_is_not_authenticated():
    assert authenticate(MAIL, sender=ADA, resolver=records()) == Authentication("none")


def results(text: str, *, above: bytes = b"") -> bytes:
    return above + b"Authentication-Results: " + text.encode() + b"\r\n" + RECEIVED + MAIL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mx.heard.test; dmarc=pass (p=none) header.from=example.org", ("pass", "dmarc", "example.org")),
        ("mx.heard.test; spf=none; dkim=pass (2048-bit key) header.d=example.org header.i=@example.org", ("pass", "dkim", "example.org")),
        ("mx.heard.test; spf=pass smtp.mailfrom=bounce@mail.example.org", ("pass", "spf", "mail.example.org")),
        ("mx.heard.test; dmarc=fail header.from=example.org; spf=pass smtp.mailfrom=example.org", ("fail", "dmarc", "example.org")),
        ("mx.heard.test; dkim=fail header.d=example.org", ("fail", "dkim", "example.org")),
        ("mx.heard.test; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example", ("none", "", "")),
        ("mx.heard.test; none", ("none", "", "")),
        ("mx.evil.example; dmarc=pass header.from=example.org", ("none", "", "")),
        ("mx.heard.test; dmarc=pass (unclosed header.from=example.org", ("none", "", "")),
    ],
)
def test_results_of_a_trusted_server_decide(text, expected):
    found = authenticate(results(text), sender=ADA, trusted_authserv_ids=["MX.heard.test"])
    assert (found.result, found.method, found.domain) == expected


def test_only_the_outermost_results_count():
    """What stands further down came with the message and may be forged."""
    raw = results(
        "mx.heard.test; dmarc=pass header.from=example.org",
        above=b"Authentication-Results: mx.heard.test; dmarc=fail header.from=example.org\r\n" + RECEIVED,
    )
    assert authenticate(raw, sender=ADA, trusted_authserv_ids=["mx.heard.test"]).result == "fail"


def test_silence_of_the_trusted_server_leaves_the_signature():
    raw = b"Authentication-Results: mx.heard.test; none\r\n" + signed()
    assert authenticate(raw, sender=ADA, trusted_authserv_ids=["mx.heard.test"], resolver=records()).method == "dkim"


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"nonsense", b"From: a@b.example\n", b"DKIM-Signature: d=b.example;;;\nFrom: a@b.example\n\nx"]
)
def test_nothing_raises(raw):
    assert authenticate(raw, sender="a@b.example", trusted_authserv_ids=["x"], resolver=records()).result != "pass"


def test_a_domain_where_anybody_may_send_verifies_no_address():
    assert verifies_address(Authentication("pass", "dkim", "example.org"))
    assert not verifies_address(Authentication("pass", "dkim", "bounce.sendgrid.net"))
    assert not verifies_address(Authentication("fail", "dkim", "example.org"))


def test_organisational_domains():
    assert organisational_domain("mail.example.org") == "example.org"
    assert organisational_domain("a.b.example.co.uk") == "example.co.uk"
    assert organisational_domain("me.com") == "me.com"
    assert organisational_domain("shop.contoso.onmicrosoft.com") == "contoso.onmicrosoft.com"
    assert not are_aligned("evil.onmicrosoft.com", "contoso.onmicrosoft.com")
    assert not are_aligned("evil.co.uk", "example.co.uk")
    assert not are_aligned("", "")
