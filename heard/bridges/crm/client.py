"""Asking a CRM by its profile: logging in, listing, reading, writing. What comes back is attributes by name; nothing here knows people."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

from heard.bridges.crm.mapping import Call, Profile, at, filled
from heard.bridges.outgoing import Answer, Client, Trouble, basic
from heard.lib.time import now

LONGEST_WAIT = timedelta(hours=6)
SHORTEST_TOKEN_SECONDS = 30
DISTANT_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class CrmTrouble(Exception):
    """The CRM did not do what was asked. `problem`: one of `outgoing.PROBLEMS`, or bad_login, forbidden, busy, broken (5xx), refused (it
    will not take this), unreadable (no JSON, or not where the mapping says), gone, exists. `until`: not before then, where it says so."""

    def __init__(self, problem: str, until: datetime | None = None) -> None:
        super().__init__(problem)
        self.problem, self.until = problem, until

    @property
    def is_passing(self) -> bool:
        """Whether the same may work later without anybody doing anything."""
        return self.problem in {"unreachable", "timed_out", "broken_off", "busy", "broken", "not_http", "tls_failed", "unreadable"}


@dataclass(frozen=True, slots=True)
class Theirs:
    """A record of theirs: attributes by name as text, "" for what is empty. `modified_at` is None where they do not say."""

    external_id: str
    attributes: Mapping[str, str]
    modified_at: datetime | None
    is_deleted: bool = False


class Crm:
    """One CRM. A `with` block closes the connection. Not for several threads."""

    def __init__(self, profile: Profile, address: str, *, username: str = "", secret: str = "", seconds: float = 20.0) -> None:
        self.profile = profile
        self._username, self._secret = username, secret
        headers = {"Accept": profile.media_type, "User-Agent": "Heard"}
        self._client = Client(address if address.endswith("/") else f"{address}/", headers=headers, seconds=seconds)
        self._token, self._token_until = "", 0.0
        self._pause, self._last = 60.0 / profile.per_minute, 0.0

    def __enter__(self) -> Crm:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    # --- what is asked

    def changed_since(self, since: datetime | None) -> Iterator[list[Theirs]]:
        """Records changed at or after `since`, those changed first first, page by page. Raises CrmTrouble.

        Pages move while others write: who is changed meanwhile goes to the end, and one who was to stand first on the next page slips to
        the page before. So after each page the next one begins at its last moment anew; records of that moment come twice.
        """
        start, page, cursor, seen = since or DISTANT_PAST, 1, "", set[tuple[str, datetime | None]]()
        while True:
            records, following = self._page(self.profile.listing.query, start, page, cursor)
            fresh = [one for one in records if (one.external_id, one.modified_at) not in seen]
            seen = {(one.external_id, one.modified_at) for one in records}
            yield fresh
            if self.profile.listing.cursor:
                if not following or following == cursor:
                    return
                cursor = following
                continue
            if len(records) < self.profile.listing.size:
                return
            last = max((one.modified_at for one in records if one.modified_at), default=None)
            if last is not None and last.replace(microsecond=0) > start:
                start, page = last.replace(microsecond=0), 1
            else:
                page += 1  # more records of one moment than fit on a page

    def all_ids(self) -> Iterator[list[Theirs]]:
        """Every record, for looking who is gone: their ids and times, without attributes. Raises CrmTrouble."""
        page, cursor = 1, ""
        while True:
            records, following = self._page(self.profile.listing.ids_query, DISTANT_PAST, page, cursor)
            yield records
            if self.profile.listing.cursor:
                if not following or following == cursor:
                    return
                cursor = following
            elif len(records) < self.profile.listing.size:
                return
            page += 1

    def read(self, external_id: str) -> Theirs:
        """One record as it stands now. Raises CrmTrouble, "gone" where it is no more."""
        found = self._record(at(self._call(self.profile.read, external_id), self.profile.read.item))
        if found.is_deleted:
            raise CrmTrouble("gone")
        return found

    def create(self, external_id: str, attributes: Mapping[str, str]) -> Theirs:
        """Make a record. With a profile of `own_ids` under our id, so that a second making after a lost answer is "exists"."""
        call = self.profile.create
        if call is None:
            raise CrmTrouble("refused")
        given = {**attributes, call.key: external_id} if call.key else attributes
        return self._record(at(self._call(call, external_id, given), call.item))

    def update(self, external_id: str, attributes: Mapping[str, str]) -> Theirs | None:
        """Write these attributes; the record as it stands then, where they answer with it."""
        call = self.profile.update
        if call is None:
            raise CrmTrouble("refused")
        found = at(self._call(call, external_id, attributes), call.item)
        try:
            return self._record(found) if isinstance(found, dict) else None
        except CrmTrouble:
            return None

    def delete(self, external_id: str) -> None:
        """Delete a record; one that is gone is deleted."""
        if self.profile.delete is None:
            raise CrmTrouble("refused")
        try:
            self._call(self.profile.delete, external_id)
        except CrmTrouble as trouble:
            if trouble.problem != "gone":
                raise

    # --- how

    def _page(self, query: Mapping[str, str], since: datetime, page: int, cursor: str) -> tuple[list[Theirs], str]:
        listing, profile = self.profile.listing, self.profile
        values = {
            "module": profile.module, "size": listing.size, "page": page, "cursor": cursor,
            "since": since.astimezone(UTC).strftime(listing.since_format), "fields": ",".join([*profile.attribute_names, *self._times()]),
        }  # fmt: skip
        asked = {name: value for name, value in filled(dict(query), values).items() if str(value) != ""}
        said = self._ask("GET", f"{filled(listing.path, values)}?{urlencode(asked)}")
        items = at(said, listing.items)
        if not isinstance(items, list):
            raise CrmTrouble("unreadable")
        following = at(said, listing.cursor) if listing.cursor else ""
        return [self._record(one) for one in items], "" if following in (None, -1, False) else str(following)

    def _times(self) -> list[str]:
        """The attributes beside the mapped ones: when it was changed, whether it is deleted."""
        under = f"{self.profile.attributes_at}/"
        places = (self.profile.modified_at, self.profile.deleted_at)
        return [place.removeprefix(under) for place in places if place.startswith(under)]

    def _record(self, said: Any) -> Theirs:
        external_id = at(said, self.profile.id_at)
        attributes = at(said, self.profile.attributes_at) if said is not None else None
        if not isinstance(external_id, str | int) or isinstance(external_id, bool) or not isinstance(attributes, dict):
            raise CrmTrouble("unreadable")
        names = self.profile.attribute_names
        values = {name: _text(at(attributes, f"/{name}") if "/" not in name else at(attributes, name)) for name in names}
        is_deleted = bool(self.profile.deleted_at) and _text(at(said, self.profile.deleted_at)).lower() in {"1", "true", "yes"}
        return Theirs(str(external_id)[:200], values, moment(at(said, self.profile.modified_at)), is_deleted)

    def _call(self, call: Call, external_id: str, attributes: Mapping[str, str] | None = None) -> Any:
        values: dict[str, Any] = {"module": self.profile.module, "id": quote(external_id, safe="")}
        path = filled(call.path, values)
        body = filled(call.body, {**values, "id": external_id, "attributes": dict(attributes or {})}) if call.body is not None else None
        return self._ask(call.method, path, body)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._send(method, path, body)
        if answer.status == 401:  # the token ended early: once more with a new one
            self._token = ""
            if self.profile.auth["kind"] in {"client_credentials", "password"}:
                answer = self._send(method, path, body)
        return self._understood(answer)

    def _send(self, method: str, path: str, body: Any) -> Answer:
        raw = b"" if body is None else json.dumps(body).encode()
        headers = self._credentials() | ({"Content-Type": self.profile.media_type} if raw else {})
        return self._request(method, path, raw, headers)

    def _request(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Answer:
        """At the pace the profile allows."""
        time.sleep(max(0.0, self._last + self._pause - time.monotonic()))
        self._last = time.monotonic()
        try:
            return self._client.request(method, path, body=raw, headers=headers)
        except Trouble as trouble:
            raise CrmTrouble(trouble.problem) from None

    def _understood(self, answer: Answer) -> Any:
        try:
            said = json.loads(answer.body) if answer.body.strip() else None
        except ValueError:
            said = None
            if answer.is_good:
                raise CrmTrouble("unreadable") from None
        if answer.is_good:
            return said
        for meaning in self.profile.answers:
            if meaning.status == answer.status and meaning.contains in _text(at(said, meaning.at) if meaning.contains else ""):
                raise CrmTrouble(meaning.means)
        raise CrmTrouble(_problem(answer.status), _until(answer))

    def _credentials(self) -> dict[str, str]:
        kind = self.profile.auth["kind"]
        if kind == "basic":
            return basic(self._username, self._secret)
        if kind == "bearer":
            return {"Authorization": f"Bearer {self._secret}"}
        if kind == "header":
            return {self.profile.auth.get("header", "X-Api-Key"): self._secret}
        if kind in {"client_credentials", "password"}:
            return {"Authorization": f"Bearer {self._fresh_token()}"}
        return {}

    def _fresh_token(self) -> str:
        """OAuth 2.0 (RFC 6749, 4.4 and 4.3), asked for in JSON, as SuiteCRM does, or as a form."""
        if self._token and time.monotonic() < self._token_until:
            return self._token
        auth = self.profile.auth
        if auth["kind"] == "client_credentials":
            asked = {"grant_type": "client_credentials", "client_id": self._username, "client_secret": self._secret}
        else:
            asked = {
                "grant_type": "password", "client_id": auth.get("client_id", ""), "client_secret": "",
                "username": self._username, "password": self._secret,
            }  # fmt: skip
        as_form = auth.get("body") == "form"
        raw = urlencode(asked).encode() if as_form else json.dumps(asked).encode()
        kind = "application/x-www-form-urlencoded" if as_form else self.profile.media_type
        answer = self._request("POST", auth.get("path", "token"), raw, {"Content-Type": kind})
        if answer.status in {400, 401, 403}:
            raise CrmTrouble("bad_login")
        said = self._understood(answer)
        token = at(said, "/access_token")
        if not isinstance(token, str) or not token:
            raise CrmTrouble("bad_login")
        lasts = at(said, "/expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float) else 600.0
        self._token, self._token_until = token, time.monotonic() + max(seconds - SHORTEST_TOKEN_SECONDS, seconds / 2)
        return token


def moment(value: Any) -> datetime | None:
    """When, as they write it: ISO 8601, or `2026-03-01 12:00:00` in UTC, or seconds since 1970; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    try:
        found = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).strip()


def _problem(status: int) -> str:
    if status == 429:
        return "busy"
    if status == 401:
        return "bad_login"
    if status == 403:
        return "forbidden"
    if status >= 500:
        return "busy" if status == 503 else "broken"
    return "refused"


def _until(answer: Answer) -> datetime | None:
    """What Retry-After says (RFC 9110, 10.2.3), within bounds."""
    said = answer.headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        until = now() + timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return min(until, now() + LONGEST_WAIT)
