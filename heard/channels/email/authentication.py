"""May a message be believed to come from the domain in its From? Each message is judged by itself; earlier ones vouch for nothing.

First by what a mail server that the operator trusts has written (Authentication-Results, RFC 8601), else by its DKIM signature
(RFC 6376), both only as far as they speak of the domain in From (alignment, RFC 7489, 3.1). SPF alone is not checked here: the address
of the sending server is not known behind LMTP or IMAP, and a trusted server's word covers it.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import resources
from typing import Protocol

from heard.channels.email.addresses import domain_of, normalise_domain, parse_addresses
from heard.channels.email.bodies import MimePart
from heard.channels.email.decoding import decode_header_bytes
from heard.channels.email.envelope import Authentication, UnreadableEmail
from heard.channels.email.parsing import read_headers

LOOKUP_SECONDS = 3.0  # for all lookups of one message together
MAX_SIGNATURES = 3
MAX_RESULTS_LENGTH = 8_192

NOT_AUTHENTICATED = Authentication("none")


class LookupFailed(Exception):
    """The name server gave no answer in time; that is not the same as having no record."""


class Resolver(Protocol):
    """Whoever finds TXT records: the network, or a dictionary in tests."""

    def txt(self, name: str, *, seconds: float) -> bytes | None:
        """The first TXT record at `name`, its strings joined; None if there is none. Raises LookupFailed."""
        ...


def authenticate(
    raw: bytes, *, sender: str, trusted_authserv_ids: Collection[str] = (), resolver: Resolver | None = None
) -> Authentication:
    """The judgement on this message for the domain of `sender`, the address in its From.

    `trusted_authserv_ids` name the mail servers whose Authentication-Results are believed; such a server must remove forged ones from
    what it receives. Without a `resolver` signatures are not checked. Takes at most about `LOOKUP_SECONDS` of waiting and never raises.
    """
    domain = domain_of(sender)
    try:
        root = read_headers(raw)
    except UnreadableEmail:
        return NOT_AUTHENTICATED
    if not domain or not _has_one_author(root, sender):
        return NOT_AUTHENTICATED
    if trusted_authserv_ids:
        results = list(_trusted_results(root, {name.lower() for name in trusted_authserv_ids}))
        judged = _judge_results(results, domain) if results else None
        if judged is not None:
            return judged
    return _check_signatures(raw, root, domain, resolver) if resolver else NOT_AUTHENTICATED


def verifies_address(authentication: Authentication) -> bool:
    """Does a pass speak for the very address, or only for its domain because anybody may send any address there?"""
    return authentication.result == "pass" and not _is_listed(authentication.domain, _domains("any_from_domains.txt"))


def _has_one_author(root: MimePart, sender: str) -> bool:
    """Two From fields, or two addresses in one, let what is signed and what is shown differ."""
    values = root.headers("from")
    if len(values) != 1:
        return False
    found = parse_addresses(values[0])
    return len(found) == 1 and found[0].address.lower() == sender.lower()


# Domains


_SECOND_LEVELS = {
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "ltd", "me", "mil", "ne", "net", "nhs", "nom", "or", "org", "plc",
    "police", "sch",
}  # fmt: skip


@cache
def _domains(file: str) -> frozenset[str]:
    text = resources.files("heard.channels.email").joinpath("data", file).read_text(encoding="utf-8")
    return frozenset(line for line in text.split() if line and not line.startswith("#") and "." in line)


def _is_listed(domain: str, listed: Collection[str]) -> bool:
    labels = domain.split(".")
    return any(".".join(labels[place:]) in listed for place in range(len(labels)))


def organisational_domain(domain: str) -> str:
    """The part of a domain that one owner registered: example.co.uk for mail.example.co.uk.

    By rules and a short list instead of the whole Public Suffix List; where they do not know better, the last two labels.
    """
    labels = domain.split(".")
    count = 2
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS:
        count = 3
    for place in range(len(labels) - 1):
        if ".".join(labels[place:]) in _domains("shared_suffixes.txt"):
            count = max(count, len(labels) - place + 1)
    return ".".join(labels[-count:])


def are_aligned(one: str, other: str) -> bool:
    """Do both domains belong to one owner (relaxed alignment)?"""
    return bool(one and other) and (one == other or organisational_domain(one) == organisational_domain(other))


# What a trusted server says


def _trusted_results(root: MimePart, trusted: Collection[str]) -> Iterator[object]:
    """The outermost Authentication-Results of a trusted server, with those of the same server directly below it."""
    from heard.channels.email.results_header import ResultsHeader

    found_at: int | None = None
    found_id = ""
    for place, (name, value) in enumerate(root.raw_headers()):
        if name.lower() != "authentication-results":
            continue
        text = decode_header_bytes(str(value)[:MAX_RESULTS_LENGTH])
        try:
            header = ResultsHeader.of(text)
        except Exception:  # noqa: S112  (its own errors and, for strange comments, others: such a header says nothing)
            continue
        server = str(header.authserv_id or "").lower()
        if found_at is None:
            if server not in trusted:
                continue
        elif server != found_id or place != found_at + 1:
            return
        found_at, found_id = place, server
        yield from header.results


def _judge_results(results: Collection[object], domain: str) -> Authentication | None:
    """Pass by the first of DMARC, DKIM, SPF that passed for this domain; fail if one failed for it; None if they say nothing of it."""
    said = [(getattr(result, "method", ""), str(getattr(result, "result", "")).lower(), _judged_domain(result)) for result in results]
    aligned = [(method, result, judged) for method, result, judged in said if are_aligned(judged, domain)]
    for wanted in ("dmarc", "dkim", "spf"):
        for method, result, judged in aligned:
            if method == wanted and result == "pass":
                return Authentication("pass", wanted, judged)
        if wanted == "dmarc" and any(method == "dmarc" and result in ("fail", "permerror") for method, result, _ in aligned):
            return Authentication("fail", "dmarc", domain)
    for method, result, judged in aligned:
        if method in ("dkim", "spf") and result in ("fail", "hardfail"):
            return Authentication("fail", method, judged)
    return None


_PROPERTIES = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.from")}


def _judged_domain(result: object) -> str:
    """The domain a result speaks of: header.from, header.d (or header.i), smtp.mailfrom."""
    wanted = _PROPERTIES.get(getattr(result, "method", ""), ())
    stated = {f"{item.type}.{item.name}".lower(): str(item.value) for item in getattr(result, "properties", ())}
    for name in wanted:
        if stated.get(name):
            return normalise_domain(stated[name].rpartition("@")[2])
    return ""


# DKIM


_SIGNATURE_TAG = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")


def _check_signatures(raw: bytes, root: MimePart, domain: str, resolver: Resolver) -> Authentication:
    lookup = _bounded_lookup(resolver)
    outcome = NOT_AUTHENTICATED
    checked = 0
    for place, value in enumerate(root.headers("dkim-signature")[:20]):
        tags = {name: "".join(text.split()) for name, text in _SIGNATURE_TAG.findall(value[:MAX_RESULTS_LENGTH])}
        signer = normalise_domain(tags.get("d", ""))
        if not are_aligned(signer, domain) or "l" in tags:  # l= lets anybody add to the body
            continue
        checked += 1
        if checked > MAX_SIGNATURES:
            break
        verdict = _verify(raw, place, lookup)
        if verdict:
            return Authentication("pass", "dkim", signer)
        if verdict is False:
            outcome = Authentication("fail", "dkim", signer)
    return outcome


def _verify(raw: bytes, place: int, lookup: Callable[..., bytes | None]) -> bool | None:
    """Is this signature valid? None when that could not be found out."""
    import dkim

    try:
        return bool(dkim.DKIM(raw).verify(idx=place, dnsfunc=lookup))
    except dkim.ValidationError:  # the body was changed, or the signature has expired
        return False
    except Exception:  # no answer from the name server, no key; and malformed ones raise many kinds, none of which proves anything
        return None


def _bounded_lookup(resolver: Resolver) -> Callable[..., bytes | None]:
    deadline = time.monotonic() + LOOKUP_SECONDS

    def lookup(name: bytes | str, timeout: float = 0.0) -> bytes | None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise LookupFailed
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        return resolver.txt(text.rstrip("."), seconds=remaining)

    return lookup


class DnsResolver:
    """TXT records from the network, kept for as long as they say they may be."""

    def __init__(self) -> None:
        import dns.exception
        import dns.resolver

        self._resolver: dns.resolver.Resolver | None = None
        try:
            self._resolver = dns.resolver.Resolver()
            self._resolver.cache = dns.resolver.LRUCache(2_000)
        except (dns.exception.DNSException, OSError):  # this machine knows no name server
            pass

    def txt(self, name: str, *, seconds: float) -> bytes | None:
        import dns.exception
        import dns.resolver

        if self._resolver is None:
            raise LookupFailed
        try:
            answer = self._resolver.resolve(name, "TXT", lifetime=min(seconds, LOOKUP_SECONDS), raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return None
        except (dns.exception.DNSException, OSError, ValueError) as cause:
            raise LookupFailed from cause
        for record in answer.rrset or ():
            return b"".join(record.strings)
        return None


@cache
def network_resolver() -> Resolver:
    """The one `DnsResolver` of this process, so that its memory serves all messages."""
    return DnsResolver()
