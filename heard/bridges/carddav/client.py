"""Speaking CardDAV: finding address books, what changed since, reading and writing cards.

Sources: RFC 6352 (CardDAV), RFC 6578 (sync tokens), RFC 6764 (finding a server), RFC 4918 (WebDAV).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from heard.bridges.outgoing import PROBLEMS as WAY_PROBLEMS
from heard.bridges.outgoing import Answer, Client, Trouble, basic

PROBLEMS = (
    *WAY_PROBLEMS,
    "bad_login",
    "forbidden",
    "absent",
    "busy",
    "server_error",
    "not_dav",
    "no_book",
    "read_only",
    "full",
    "refused_card",
    "wrong_key",
)
"""Beside those of the way: absent: 404, no_book: there is a server and no address book of ours, not_dav: what answers is no CardDAV server,
read_only: it lets us write nothing, full: no room, refused_card: it takes a card not as it is, wrong_key: our own key for passwords is another."""

DAV, CARD, CALENDAR_SERVER = "{DAV:}", "{urn:ietf:params:xml:ns:carddav}", "{http://calendarserver.org/ns/}"
_SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav" xmlns:s="http://calendarserver.org/ns/"'
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_FORBIDDEN_XML = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
MOST_PAGES = 1_000
AT_ONCE = 50
MOST_BOOKS = 50


class Changed(Exception):
    """The card there is not the one we know any more (412): nothing was written."""


@dataclass(frozen=True, slots=True)
class FoundBook:
    """An address book that a server offers."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class BookState:
    """What an address book says of itself."""

    name: str = ""
    ctag: str = ""
    sync_token: str = ""
    versions: tuple[str, ...] = ()


@dataclass(slots=True)
class Changes:
    """What changed: etags by href, hrefs that are gone, the token to ask with next. `is_whole`: this is everything there is."""

    changed: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    token: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class FetchedCard:
    href: str
    etag: str
    text: str


class CardServer:
    """One address book, or a server whose address books are looked for. Raises Trouble with one of PROBLEMS."""

    def __init__(self, url: str, *, username: str = "", password: str = "", seconds: float = 20) -> None:
        self.url = url if url.endswith("/") or "." in url.rpartition("/")[2] else f"{url}/"
        self._client = Client(self.url, headers={**basic(username, password), "User-Agent": "Heard", "Accept": "*/*"}, seconds=seconds)

    def __enter__(self) -> CardServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    # --- finding -----------------------------------------------------------------------------------------------------------------------

    def find_books(self) -> list[FoundBook]:
        """The address books at this address: itself, or those of the home that the server names for our log-in. Never empty: raises no_book."""
        start, answer = self._start()
        books = list(_books(answer))
        if not books:
            home = self._home(start, answer)
            books = list(_books(self._propfind(home, _FIND, depth="1"))) if home else []
        if not books:
            raise Trouble("no_book")
        return books[:MOST_BOOKS]

    def _start(self) -> tuple[str, _Multistatus]:
        """What answers as DAV: the address itself, or the well-known one."""
        for place in (self.url, urljoin(self.url, "/.well-known/carddav")):
            try:
                return place, self._propfind(place, _FIND, depth="0")
            except Trouble as trouble:
                if trouble.problem not in {"absent", "not_dav", "forbidden", "server_error"}:
                    raise
                last = trouble
        raise last

    def _home(self, start: str, answer: _Multistatus) -> str:
        home = answer.link(f"{CARD}addressbook-home-set")
        if home:
            return home
        principal = answer.link(f"{DAV}current-user-principal")
        return self._propfind(principal, _FIND, depth="0").link(f"{CARD}addressbook-home-set") if principal else ""

    def state(self) -> BookState:
        """What this address book says of itself. Raises no_book when it is none."""
        answer = self._propfind(self.url, _STATE, depth="0")
        for _href, props, _status in answer.rows:
            kinds = {child.tag for child in props.get(f"{DAV}resourcetype", [])}
            if f"{CARD}addressbook" in kinds:
                data = props.get(f"{CARD}supported-address-data")
                versions = tuple(one.get("version", "") for one in data) if data is not None else ()
                return BookState(
                    _text(props, f"{DAV}displayname"), _text(props, f"{CALENDAR_SERVER}getctag"), _text(props, f"{DAV}sync-token"), versions
                )
        raise Trouble("no_book")

    # --- reading -----------------------------------------------------------------------------------------------------------------------

    def changes(self, token: str) -> Changes:
        """What changed since `token`; everything without one, or when the server forgot it, or knows no tokens at all."""
        found = Changes(token=token)
        if not token:
            return self.everything()
        for _page in range(MOST_PAGES):
            answer = self._client.request("REPORT", headers={**_XML, "Depth": "0"}, body=_sync(found.token))
            if answer.status in {400, 403, 404, 405, 409, 410, 412, 415, 501, 507} or (answer.status == 200 and not answer.body):
                return self.everything()
            rows = _Multistatus(_checked(answer), self.url)
            is_cut = _take_changes(rows, found)
            if not rows.sync_token:
                return self.everything()
            if not is_cut or rows.sync_token == found.token:
                found.token = rows.sync_token
                return found
            found.token = rows.sync_token
        return found

    def everything(self) -> Changes:
        """Every card with its etag, by listing; with the token as of before, so that nothing falls between."""
        token = self.state().sync_token
        rows = self._propfind(self.url, _LIST, depth="1")
        found = Changes(token=token, is_whole=True)
        _take_changes(rows, found)
        found.gone = set()
        return found

    def cards(self, hrefs: Sequence[str]) -> Iterator[FetchedCard]:
        """The cards at these places, some at once; those that are gone meanwhile are left out."""
        for start in range(0, len(hrefs), AT_ONCE):
            yield from self._cards(hrefs[start : start + AT_ONCE])

    def _cards(self, hrefs: Sequence[str]) -> Iterator[FetchedCard]:
        links = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
        body = f"<c:addressbook-multiget {_SPACES}><d:prop><d:getetag/><c:address-data/></d:prop>{links}</c:addressbook-multiget>"
        answer = self._client.request("REPORT", headers={**_XML, "Depth": "1"}, body=_document(body))
        if answer.status in {400, 403, 404, 405, 415, 501}:  # some servers cannot give several at once
            for href in hrefs:
                if (one := self.card(href)) is not None:
                    yield one
            return
        for href, props, status in _Multistatus(_checked(answer), self.url).rows:
            text = _text(props, f"{CARD}address-data", is_stripped=False)
            if status < 300 and text.strip():
                yield FetchedCard(href, _text(props, f"{DAV}getetag"), text)

    def card(self, href: str) -> FetchedCard | None:
        """One card; None when it is gone."""
        answer = self._client.request("GET", href, headers={"Accept": "text/vcard"})
        if answer.status in {404, 410}:
            return None
        _checked(answer, is_xml=False)
        return FetchedCard(href, answer.headers.get("etag", ""), answer.body.decode("utf-8", "replace"))

    # --- writing -----------------------------------------------------------------------------------------------------------------------

    def put(self, href: str, text: str, *, etag: str = "") -> str:
        """Write a card over the one of `etag`; without it only where there is none. The new etag, "" when the server does not tell it.

        Raises Changed, and Trouble.
        """
        guard = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        answer = self._client.request("PUT", href, body=text.encode(), headers={"Content-Type": "text/vcard; charset=utf-8", **guard})
        if answer.status == 412:
            raise Changed
        if answer.status == 409 and not etag:  # the same UID stands there already, at another place
            raise Changed
        _checked(answer, is_xml=False, is_writing=True)
        return answer.headers.get("etag", "")

    def delete(self, href: str) -> None:
        """Delete a card, whatever it says now. One that is gone already is deleted."""
        answer = self._client.request("DELETE", href)
        if answer.status not in {404, 410}:
            _checked(answer, is_xml=False, is_writing=True)

    def _propfind(self, url: str, body: bytes, *, depth: str) -> _Multistatus:
        answer = self._client.request("PROPFIND", url, headers={**_XML, "Depth": depth}, body=body, follow=True)
        return _Multistatus(_checked(answer), answer.url)


def href_of(url: str, base: str) -> str:
    """A place on the server in one form, whatever it is written like; "" for a place on another server."""
    whole = urljoin(base, url.strip())
    one, other = urlsplit(whole), urlsplit(base)
    if one.hostname != other.hostname:
        return ""
    return quote(unquote(one.path), safe="/~!$&'()*+,;=:@")


def is_kin(url: str, base: str) -> bool:
    """Whether our password may go along to `url`, which `base` named: the same host; by https also another of the same owner.

    Large providers keep the address books of each user on one of many hosts (contacts.example.com names p42-contacts.example.com).
    """
    one, other = urlsplit(url), urlsplit(base)
    if one.hostname == other.hostname:
        return one.scheme == "https" or other.scheme == "http"
    parent = (other.hostname or "").partition(".")[2].split(".")
    is_shared = len(parent) < 2 or (len(parent) == 2 and len(parent[0]) <= 3)  # co.uk: many owners
    return one.scheme == "https" and not is_shared and (one.hostname or "").endswith("." + ".".join(parent)) and not parent[-1].isdigit()


class _Multistatus:
    """A 207: rows of (href, properties that were found, status)."""

    def __init__(self, answer: Answer, base: str) -> None:
        if _FORBIDDEN_XML.search(answer.body):  # no server needs them, and they can be made to grow without end
            raise Trouble("not_dav")
        try:
            root = ET.fromstring(answer.body)  # noqa: S314 — what could grow is refused above
        except ET.ParseError:
            raise Trouble("not_dav") from None
        if root.tag != f"{DAV}multistatus":
            raise Trouble("not_dav")
        self.base = base
        self.sync_token = (root.findtext(f"{DAV}sync-token") or "").strip()
        self.rows = list(self._rows(root.findall(f"{DAV}response")))

    def _rows(self, responses: Iterable[ET.Element]) -> Iterator[tuple[str, dict[str, ET.Element], int]]:
        for response in responses:
            href = href_of(response.findtext(f"{DAV}href") or "", self.base)
            props: dict[str, ET.Element] = {}
            status = _status(response.findtext(f"{DAV}status"), 200)
            for propstat in response.findall(f"{DAV}propstat"):
                found = propstat.find(f"{DAV}prop")
                if found is not None and _status(propstat.findtext(f"{DAV}status"), 200) < 300:
                    props |= {child.tag: child for child in found}
            if href:
                yield href, props, status

    def link(self, name: str) -> str:
        """The address inside a property of any row, whole; "" without one."""
        for _href, props, _status in self.rows:
            found = props.get(name)
            text = found.findtext(f"{DAV}href") if found is not None else None
            if text and is_kin(whole := urljoin(self.base, text.strip()), self.base):
                return whole
        return ""


def _books(answer: _Multistatus) -> Iterator[FoundBook]:
    for href, props, _status in answer.rows:
        if f"{CARD}addressbook" in {child.tag for child in props.get(f"{DAV}resourcetype", [])}:
            name = _text(props, f"{DAV}displayname") or unquote(href.rstrip("/").rpartition("/")[2])
            yield FoundBook(urljoin(answer.base, href), name[:80])


def _take_changes(rows: _Multistatus, found: Changes) -> bool:
    """Gather what rows say of cards; whether the server cut the answer short (507)."""
    own, is_cut = href_of(rows.base, rows.base).rstrip("/"), False
    for href, props, status in rows.rows:
        if href.rstrip("/") == own:
            is_cut = is_cut or status == 507
        elif status in {404, 410}:
            found.changed.pop(href, None)
            found.gone.add(href)
        elif status < 300 and f"{DAV}collection" not in {child.tag for child in props.get(f"{DAV}resourcetype", [])}:
            found.gone.discard(href)
            found.changed[href] = _text(props, f"{DAV}getetag")
    return is_cut


def _checked(answer: Answer, *, is_xml: bool = True, is_writing: bool = False) -> Answer:
    """The answer, when it is a good one. Raises Trouble."""
    if answer.status == 401:
        raise Trouble("bad_login")
    if answer.status == 403:
        raise Trouble("read_only" if is_writing else "forbidden")
    if answer.status in {404, 410}:
        raise Trouble("absent")
    if answer.status == 405:
        raise Trouble("read_only" if is_writing else "not_dav")
    if answer.status in {429, 503}:
        raise Trouble("busy")
    if answer.status == 507:
        raise Trouble("full")
    if answer.status >= 500:
        raise Trouble("server_error")
    if is_xml and answer.status != 207:
        raise Trouble("not_dav")
    if not answer.is_good:
        raise Trouble("refused_card" if is_writing else "not_dav")
    return answer


def _status(text: str | None, otherwise: int) -> int:
    """404 of `HTTP/1.1 404 Not Found`."""
    found = re.search(r"\s(\d{3})(\s|$)", text or "")
    return int(found[1]) if found else otherwise


def _text(props: dict[str, ET.Element], name: str, *, is_stripped: bool = True) -> str:
    found = props.get(name)
    text = (found.text or "") if found is not None else ""
    return text.strip() if is_stripped else text


def _document(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>{body}'.encode()


def _sync(token: str) -> bytes:
    return _document(
        f"<d:sync-collection {_SPACES}><d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop></d:sync-collection>"
    )


def _asking(*names: str) -> bytes:
    return _document(f"<d:propfind {_SPACES}><d:prop>{''.join(f'<{name}/>' for name in names)}</d:prop></d:propfind>")


_FIND = _asking("d:resourcetype", "d:displayname", "d:current-user-principal", "c:addressbook-home-set")
_STATE = _asking("d:resourcetype", "d:displayname", "d:sync-token", "s:getctag", "c:supported-address-data")
_LIST = _asking("d:resourcetype", "d:getetag")
