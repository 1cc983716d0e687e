"""A SuiteCRM as its V8 API behaves, on a free port of this machine: OAuth 2.0 client credentials, JSON:API, soft deletes, and faults on demand.

Written after the source of SuiteCRM's Api/V8 (ModuleService, Filter, BeanManager, ModuleController): what is not found and what exists already
are both 400 with a sentence in `errors.detail`; deleted records are in no list; a list without rows has no `meta`; pages move while others write.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CLIENT, SECRET = "heard-client", "heard-secret"
BASE = "/legacy/Api/"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FIELDS = [
    "first_name", "last_name", "email1", "email2", "phone_mobile", "phone_work", "phone_home", "phone_other", "birthdate", "account_name",
    "primary_address_street", "primary_address_postalcode", "primary_address_city", "primary_address_state", "primary_address_country",
    "description", "title", "department",
]  # fmt: skip


class SuiteCrm:
    """Its records and what it was asked. `faults` are taken one for each question about records: "500", "429", "cut" (the answer breaks off in
    the middle), "lost" (it is done and nothing comes back), "html"."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.faults: deque[str] = deque()
        self.asked: list[tuple[str, str, Any]] = []
        self.tokens: set[str] = set()
        self.clock = START
        self.url = ""
        self.secret = SECRET
        self.lock = threading.RLock()

    def add(self, external_id: str = "", *, at: datetime | None = None, **attributes: str) -> str:
        """A contact as a colleague there makes it; its id."""
        with self.lock:
            external_id = external_id or str(uuid.uuid4())
            self.records[external_id] = dict.fromkeys(FIELDS, "") | attributes | {"date_modified": at or self.tick(), "deleted": "0"}
            return external_id

    def change(self, external_id: str, *, at: datetime | None = None, **attributes: str) -> None:
        with self.lock:
            self.records[external_id] |= attributes | {"date_modified": at or self.tick()}

    def delete(self, external_id: str) -> None:
        """As SuiteCRM deletes: the row stays, marked."""
        self.change(external_id, deleted="1")

    def tick(self) -> datetime:
        self.clock += timedelta(seconds=10)
        return self.clock

    def writes(self) -> list[tuple[str, str, Any]]:
        return [one for one in self.asked if one[0] != "GET" and not one[1].endswith("access_token")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    crm: SuiteCrm

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        parts = urlsplit(self.path)
        path, query = parts.path.removeprefix(BASE), dict(parse_qsl(parts.query, keep_blank_values=True))
        with self.crm.lock:
            self.crm.asked.append((self.command, path, body if body is not None else query))
            if not parts.path.startswith(BASE):
                self._answer(404, _error(404, "Not found"))
                return
            if path == "access_token":
                self._token(body or {})
                return
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.crm.tokens:
                self._answer(401, {"error": "access_denied", "message": "The resource owner or authorization server denied the request."})
                return
            fault = self.crm.faults.popleft() if self.crm.faults else ""
            if fault == "500":
                self._answer(500, None)
                return
            if fault == "429":
                self._answer(429, None, {"Retry-After": "120"})
                return
            if fault == "html":
                self._raw(200, b"<html>Maintenance</html>", {"Content-Type": "text/html"})
                return
            status, said = self._do(path, query, body)
        if fault == "lost":
            self._hang_up()
        else:
            self._answer(status, said, cut=fault == "cut")

    def _token(self, body: dict[str, str]) -> None:
        if (body.get("grant_type"), body.get("client_id"), body.get("client_secret")) != ("client_credentials", CLIENT, self.crm.secret):
            self._answer(401, {"error": "invalid_client", "message": "Client authentication failed"})
            return
        token = uuid.uuid4().hex
        self.crm.tokens.add(token)
        self._answer(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    def _do(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        words = path.split("/")
        if words[:2] != ["V8", "module"]:
            return 404, _error(404, "Not found")
        if self.command == "GET":
            return self._list(query) if len(words) == 3 else self._read(words[3])
        if self.command == "DELETE":
            return self._delete(words[3])
        return self._write(body["data"])

    def _read(self, external_id: str) -> tuple[int, Any]:
        record = self._living(external_id)
        return (200, {"data": _document(external_id, record)}) if record else _missing(external_id)

    def _list(self, query: dict[str, str]) -> tuple[int, Any]:
        since = query.get("filter[date_modified][gte]")
        rows = [(key, one) for key, one in self.crm.records.items() if one["deleted"] == "0"]
        if since:
            rows = [(key, one) for key, one in rows if one["date_modified"].strftime("%Y-%m-%d %H:%M:%S") >= since]
        if query.get("sort") == "date_modified":
            rows.sort(key=lambda row: row[1]["date_modified"])
        else:
            rows.sort(key=lambda row: row[0])
        size, page = int(query["page[size]"]), int(query["page[number]"])
        wanted = query["fields[Contacts]"].split(",")
        data = [_document(key, one, wanted) for key, one in rows[(page - 1) * size : page * size]]
        if not data:
            return 200, {"data": []}
        return 200, {"meta": {"total-pages": -(-len(rows) // size), "records-on-this-page": len(data)}, "data": data}

    def _write(self, data: dict[str, Any]) -> tuple[int, Any]:
        external_id = data.get("id")
        attributes = {name: value for name, value in data["attributes"].items() if name in FIELDS}
        if self.command == "POST":
            if external_id in self.crm.records:
                return 400, _error(400, f"Bean Contacts with id {external_id} is already exist")
            external_id = self.crm.add(external_id or "", **attributes)
        elif self._living(external_id or "") is None:
            return _missing(external_id)
        else:
            self.crm.change(external_id, **attributes)
        return 201, {"data": _document(external_id, self.crm.records[external_id])}

    def _delete(self, external_id: str) -> tuple[int, Any]:
        if self._living(external_id) is None:
            return _missing(external_id)
        self.crm.delete(external_id)
        return 200, {"meta": {"message": f"Record with id {external_id} is deleted"}, "data": []}

    def _living(self, external_id: str) -> dict[str, Any] | None:
        record = self.crm.records.get(external_id)
        return record if record and record["deleted"] == "0" else None

    def _answer(self, status: int, said: Any, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        raw = b"" if said is None else json.dumps(said).encode()
        self._raw(status, raw, {"Content-Type": "application/vnd.api+json", **(headers or {})}, cut=cut)

    def _raw(self, status: int, raw: bytes, headers: dict[str, str], *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if cut:
            self.wfile.write(raw[: len(raw) // 2])
            self._hang_up()
        else:
            self.wfile.write(raw)

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(2)


def _document(external_id: str, record: dict[str, Any], wanted: list[str] | None = None) -> dict[str, Any]:
    attributes = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in record.items()}
    if wanted is not None:
        attributes = {name: value for name, value in attributes.items() if name in wanted}
    return {"type": "Contact", "id": external_id, "attributes": attributes, "relationships": {}}


def _error(status: int, detail: str) -> dict[str, Any]:
    return {"errors": {"status": status, "title": None, "detail": detail}}


def _missing(external_id: str | None) -> tuple[int, Any]:
    return 400, _error(400, f"Contacts module with id {external_id} is not found")


@contextmanager
def running_suitecrm() -> Iterator[SuiteCrm]:
    """A SuiteCRM with no contacts; its `url` is what one gives a bridge."""
    crm = SuiteCrm()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"crm": crm}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    crm.url = f"http://127.0.0.1:{server.server_port}{BASE}"
    try:
        yield crm
    finally:
        server.shutdown()
        server.server_close()
