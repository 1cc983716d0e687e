"""Fixtures for every test of Heard: real servers, a real browser, a real `heard serve`.

Outside CI a test whose server is not installed is skipped with the reason; with CI=true, or in `make test`
(HEARD_TESTS_SKIP_NOTHING), it fails.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests import servers
from tests.servers.common import ServerAbsent
from tests.servers.installation import Installation, RunningApp

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from heard.accounts.models import Team, User
    from heard.channels.email.models import Mailbox
    from heard.conversations.models import Conversation
    from heard.inbound.models import Inbound
    from heard.people.models import Identity
    from tests.browser.pages import Visitor

T = TypeVar("T")


def absent(reason: object) -> None:
    """Skip the test, or fail it where nothing may be skipped."""
    if os.environ.get("CI") == "true" or os.environ.get("HEARD_TESTS_SKIP_NOTHING"):
        pytest.fail(str(reason))
    pytest.skip(str(reason))


def running(server: AbstractContextManager[T]) -> Iterator[T]:
    """Yield a server while it runs; skip or fail when it is absent."""
    try:
        started = server.__enter__()
    except ServerAbsent as reason:
        absent(reason)
        return
    try:
        yield started
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def no_network_inside_a_transaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite `atomic` is the installation's one write lock: a test with real commits fails when a socket connects inside it."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (marker and marker.kwargs.get("transaction")):
        return  # other tests stand inside a transaction from beginning to end

    connect = socket.socket.connect

    def watched(self: socket.socket, address: object) -> None:
        from django.db import connection

        assert not connection.in_atomic_block, f"a connection to {address} was opened inside a transaction"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[servers.Dovecot]:
    """A Dovecot: IMAP and LMTP, any user, password `secret`. Give each test users of its own."""
    yield from running(servers.dovecot())


@pytest.fixture(scope="session")
def smtp_server(dovecot: servers.Dovecot) -> Iterator[servers.OpenSMTPD]:
    """An OpenSMTPD that delivers into `dovecot`, refuses @refused.example and bounces @bounces.example."""
    yield from running(servers.opensmtpd(dovecot))


@pytest.fixture
def submission_server() -> Iterator[servers.Submission]:
    """A submission server with STARTTLS and log-in whose answers a test can script."""
    yield from running(servers.submission())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.PostgreSQL]:
    """A PostgreSQL of its own, for tests that need one whatever database the run is on."""
    yield from running(servers.postgresql())


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A fresh, initialised installation with its own home (and database, when the run is on PostgreSQL)."""
    with Installation.fresh(server_url=os.environ.get("HEARD_TESTS_POSTGRES", "")) as fresh:
        fresh.command("init")
        yield fresh


@pytest.fixture
def live_app(transactional_db: None) -> Iterator[RunningApp]:
    """`heard serve` (web and worker) on the test's own database: what a test commits, it serves."""
    with Installation.of_this_test().serve() as app:
        yield app


@pytest.fixture
def live_web(transactional_db: None) -> Iterator[RunningApp]:
    """`heard serve --no-worker` on the test's own database."""
    with Installation.of_this_test().serve("--no-worker") as app:
        yield app


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, driven by playwright."""
    from tests.servers.chromium import chromium

    # Playwright keeps an event loop in this thread; Django would refuse the tests' own queries beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield from running(chromium())


@pytest.fixture
def visitor(browser: "Browser", live_app: RunningApp) -> Iterator["Visitor"]:
    """Somebody at a browser in front of `live_app`; fails the test on a CSP report or an uncaught error in a script."""
    from tests.browser.pages import Visitor

    somebody = Visitor(browser, live_app.url)
    yield somebody
    somebody.leave()


@pytest.fixture
def browser_page(visitor: "Visitor") -> "Page":
    """The page of `visitor`, not logged in."""
    return visitor.page


# Standing people. Each fixture may be asked for alone; together they are the world of most tests.


@pytest.fixture
def support(db: None) -> "Team":
    """The team that answers customers."""
    from tests.factories import make_team

    return make_team("Support")


@pytest.fixture
def sales(db: None) -> "Team":
    """Another team, with conversations of its own."""
    from tests.factories import make_team

    return make_team("Sales")


@pytest.fixture
def alice(support: "Team") -> "User":
    """Answers in Support."""
    from tests.factories import make_user

    return make_user("Alice", teams=(support,))


@pytest.fixture
def bob(support: "Team") -> "User":
    """Alice's colleague in Support."""
    from tests.factories import make_user

    return make_user("Bob", teams=(support,))


@pytest.fixture
def charlie(sales: "Team") -> "User":
    """An agent who belongs elsewhere: what Support reads is a 404 to him."""
    from tests.factories import make_user

    return make_user("Charlie", teams=(sales,))


@pytest.fixture
def rita(support: "Team") -> "User":
    """May read in Support and write nothing."""
    from tests.factories import make_user

    return make_user("Rita", role="reader", teams=(support,))


@pytest.fixture
def dora(support: "Team") -> "User":
    """Leads Support."""
    from tests.factories import make_user

    return make_user("Dora", role="lead", teams=(support,))


@pytest.fixture
def root(db: None) -> "User":
    """Administers the installation and belongs to no team, so reads no conversation."""
    from tests.factories import make_user

    return make_user("Root", role="admin")


@pytest.fixture
def mailbox(support: "Team") -> "Mailbox":
    """support@heard.example, the mailbox of Support."""
    from tests.factories import make_mailbox

    return make_mailbox(support)


@pytest.fixture
def ada(mailbox: "Mailbox") -> "Identity":
    """The customer, known to Support."""
    from tests.factories import make_customer

    return make_customer(audience=mailbox.audience)


@pytest.fixture
def conversation(mailbox: "Mailbox", ada: "Identity") -> "Conversation":
    """Ada has asked Support where her parcel is, and waits."""
    from tests.factories import make_conversation

    return make_conversation(mailbox, customer=ada)


@pytest.fixture
def arrive(mailbox: "Mailbox") -> "Callable[..., Inbound]":
    """`arrive(raw)` or `arrive(text="Where is it?", sender="…")`: a mail to Support comes in and is filed."""
    from functools import partial

    from tests.factories import arriving

    return partial(arriving.arrive, mailbox=mailbox)
