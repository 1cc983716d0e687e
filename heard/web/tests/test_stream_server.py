"""`/events` on real servers: several of them, closing, and browsers that do not read."""

import asyncio
import signal
import socket
import threading

import pytest
import uvicorn
from django.db import transaction

from heard.accounts.services.audiences import audience_of
from heard.events import record_event
from heard.lib.wake import stop_pulse
from heard.web.live.app import EventStream
from heard.web.tests.listening import Guest, cookie, log_in
from tests.servers.installation import Installation
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def nobody_listens_to_the_database_afterwards():
    yield
    stop_pulse()


def happen(support, *subject_ids):
    with transaction.atomic():
        for subject_id in subject_ids:
            record_event("conversation.reopened", ("conversation", subject_id), audience_id=audience_of([support]).pk)


def heard_of(guest):
    return [event["subject_id"] for event in guest.events]


def test_two_servers_on_one_database_both_tell(live_web, alice, bob, charlie, support):
    with Installation.of_this_test().serve("--no-worker") as other:
        guests = [Guest(live_web.port, log_in(alice)), Guest(other.port, log_in(bob))]
        outside = [Guest(live_web.port, log_in(charlie)), Guest(other.port, log_in(charlie))]
        eventually(lambda: all(guest.is_open() for guest in guests + outside))
        happen(support, 1)
        happen(support, 2)
        eventually(lambda: [heard_of(guest) for guest in guests] == [[1, 2], [1, 2]])
        assert [guest.events for guest in outside] == [[], []]
        moved = Guest(other.port, log_in(alice), last_event_id=guests[0].positions[0])  # a browser that comes back elsewhere
        eventually(lambda: heard_of(moved) == [2])


def test_pages_and_streams_share_one_port(live_web, alice):
    nobody = Guest(live_web.port, "")
    assert (nobody.status, nobody.headers["cache-control"]) == (401, "no-store")
    guest = Guest(live_web.port, log_in(alice))
    eventually(guest.is_open)
    assert guest.headers["content-type"] == "text/event-stream; charset=utf-8"
    with socket.create_connection(("127.0.0.1", live_web.port)) as page:
        page.sendall(b"GET /log-in/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert page.recv(100).startswith(b"HTTP/1.1 200")


def test_closing_ends_open_streams_soon_and_nothing_is_missed_at_the_next_server(alice, support):
    installation, key = Installation.of_this_test(), log_in(alice)
    with installation.serve("--no-worker") as app:
        guests = [Guest(app.port, log_in(alice)) for _ in range(19)] + [Guest(app.port, key)]
        eventually(lambda: all(guest.is_open() for guest in guests))
        happen(support, 1)
        eventually(lambda: all(heard_of(guest) == [1] for guest in guests))
        app.process.send_signal(signal.SIGTERM)
        assert app.process.wait(20) == 0  # idle, it takes less than a second
        eventually(lambda: all(guest.has_ended for guest in guests))
        assert b"Traceback" not in app.log.read_bytes()
    happen(support, 2, 3)
    with installation.serve("--no-worker") as app:
        guest = Guest(app.port, key, last_event_id=guests[-1].last_id)
        happen(support, 4)
        eventually(lambda: heard_of(guest) == [2, 3, 4])
        assert guest.resyncs == []


class Server:
    """The stream alone under uvicorn, in this process, so that a test may shorten its patience."""

    def __init__(self) -> None:
        self.app = EventStream()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # else the kernel takes megabytes for who does not read
        self.port = self._listener.getsockname()[1]
        config = uvicorn.Config(
            self.app, http="httptools", ws="none", lifespan="off", loop="asyncio", log_config=None, timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        eventually(lambda: self.server.started)

    async def _run(self) -> None:
        await self.server.serve(sockets=[self._listener])
        await self.app.close()

    def close(self) -> None:
        self.server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def server(db):
    server = Server()
    yield server
    server.close()


def test_a_browser_that_does_not_read_is_cut_off_and_the_others_are_not(server, alice, bob, support, monkeypatch, caplog):
    monkeypatch.setattr("heard.web.live.hub.STUCK_SECONDS", 1)
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", server.port))
    deaf.sendall(f"GET /events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie(log_in(alice))}\r\n\r\n".encode())
    guest = Guest(server.port, log_in(bob))
    hub = server.app.hub()
    eventually(lambda: hub.of_user == {alice.pk: 1, bob.pk: 1})
    for told in range(100, 2001, 100):
        happen(support, *range(100))
        eventually(lambda told=told: len(guest.events) == told)
    eventually(lambda: dict(hub.of_user) == {bob.pk: 1})
    assert guest.resyncs == []
    assert not [record for record in caplog.records if record.name.startswith("uvicorn")]
    guest.leave()
    deaf.close()
