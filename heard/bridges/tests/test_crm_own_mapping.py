"""A system of one's own by a mapping alone: other names, other paging, a bearer token, deletions that are told, ids that it chooses."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from heard.accounts.services.audiences import audience_of
from heard.bridges.crm.mapping import FOLDER
from heard.bridges.models import BridgeRecord
from heard.bridges.services.crm_bridges import add_bridge, start_bridge
from heard.bridges.services.crm_running import run_bridge
from heard.events.consumers import ensure_consumers
from heard.people.models import Identifier
from heard.people.services.decisions import decide_same
from heard.people.services.facts import correct_name
from tests.factories import make_customer, make_team, make_user, work_off

pytestmark = pytest.mark.django_db(transaction=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rows: dict

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.headers.get("X-Key") != "let me in":
            return self.answer(401, None)
        parts, query = urlsplit(self.path), dict(parse_qsl(urlsplit(self.path).query))
        if parts.path == "/v2/kunden":
            ids = [one for one in sorted(self.rows, key=int) if self.rows[one]["stand"] >= int(query.get("seit") or 0)]
            start = int(query.get("ab", 0))
            data = [{"nr": int(one), **self.rows[one]} for one in ids[start : start + 2]]
            return self.answer(200, {"kunden": data, "weiter": start + 2 if start + 2 < len(ids) else None})
        number = parts.path.rpartition("/")[2]
        return self.answer(200, {"nr": int(number), **self.rows[number]}) if number in self.rows else self.answer(404, None)

    def do_PUT(self):
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = self.path.rpartition("/")[2]
        self.rows[number]["person"].update(said["person"])
        self.rows[number]["stand"] += 1000
        self.answer(204, None)

    def answer(self, status, said):
        raw = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


MAPPING = {
    "title": "Kundenkartei", "auth": {"kind": "header", "header": "X-Key"}, "module": "kunden", "per_minute": 100_000,
    "list": {
        "path": "v2/{module}", "query": {"seit": "{since}", "ab": "{cursor}"}, "ids_query": {"ab": "{cursor}"}, "size": 2,
        "since_format": "%s", "items": "/kunden", "cursor": "/weiter",
    },
    "record": {"id": "/nr", "modified_at": "/stand", "deleted": "/geloescht", "attributes": "/person"},
    "read": {"path": "v2/{module}/{id}"}, "update": {"method": "PUT", "path": "v2/{module}/{id}", "body": {"person": "{attributes}"}},
    "answers": [{"status": 404, "means": "gone"}],
    "fields": [
        {"field": "name", "parts": {"full": "name"}, "direction": "both"},
        {"field": "email", "attributes": ["mail"], "direction": "in"},
    ],
}  # fmt: skip


@pytest.fixture
def card_index(settings):
    settings.BRIDGE_HOSTS = ["127.0.0.0/8"]
    rows: dict = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"rows": rows}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield rows, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_mapping_alone_carries_people_both_ways(card_index):
    rows, url = card_index
    ensure_consumers()
    for number in range(5):
        rows[str(number)] = {
            "stand": 1_772_000_000 + number, "geloescht": False, "person": {"name": f"Kunde {number}", "mail": f"k{number}@example.org"},
        }  # fmt: skip
    support, root = make_team("Support"), make_user("Root", role="admin")
    values = {"name": "Kartei", "slug": "kartei", "profile": "own", "mapping": MAPPING, "address": url, "secret": "let me in"}
    bridge = start_bridge(add_bridge(values, teams=[support], by=root), by=root)
    run = run_bridge(bridge)
    assert (run.problem, run.made) == ("", 5)
    theirs = BridgeRecord.objects.get(external_id="3").identity
    here = make_customer("k3@example.org", name="K", audience=audience_of([support]))
    if here.person_number != theirs.person_number:
        decide_same(here, theirs, by=root)
    correct_name(here, name="Karla Kolumna", by=root)
    work_off()
    bridge.refresh_from_db()
    assert run_bridge(bridge).sent == 1
    assert rows["3"]["person"] == {"name": "Karla Kolumna", "mail": "k3@example.org"}
    rows["1"]["geloescht"] = True
    rows["1"]["stand"] += 5000
    bridge.refresh_from_db()
    run = run_bridge(bridge)
    assert (run.gone, run.asked) == (1, 1)
    assert BridgeRecord.objects.get(external_id="1").gone_at is not None


def test_its_own_examples_can_be_used():
    from heard.bridges.crm.mapping import profile_from

    for path in FOLDER.glob("*.json"):
        assert profile_from(json.loads(path.read_text())).fields
    assert profile_from(MAPPING).create is None


def test_a_record_that_is_not_joined_learns_nothing(card_index):
    rows, url = card_index
    ensure_consumers()
    rows["7"] = {"stand": 1_772_000_000, "person": {"name": "Someone Else", "mail": "other@example.org"}}
    support, root = make_team("Support"), make_user("Root", role="admin")
    values = {"name": "Kartei", "slug": "kartei", "profile": "own", "mapping": MAPPING, "address": url, "secret": "let me in"}
    bridge = start_bridge(add_bridge(values, teams=[support], by=root), by=root)
    run_bridge(bridge)
    here = make_customer("ada@example.org", name="Ada", audience=audience_of([support]))
    correct_name(here, name="Ada Lovelace", by=root)
    Identifier.objects.filter(identity=here).update(verified_how="dkim")
    work_off()
    bridge.refresh_from_db()
    run_bridge(bridge)
    assert rows["7"]["person"]["name"] == "Someone Else"
