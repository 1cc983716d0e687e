"""Open screens follow what happens: two colleagues at their browsers, an outsider at his, and a server that goes and comes back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from heard.accounts.services.audiences import audience_of
from heard.conversations.models import Conversation, Message
from heard.events import record_event
from heard.promises.services.policies import ensure_defaults
from tests.browser.pages import Visitor
from tests.factories import make_mail
from tests.servers.common import answers, free_port, stop, wait_until
from tests.servers.installation import Installation
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFER = ".live-region__new"


@pytest.fixture(autouse=True)
def policies(db):
    ensure_defaults()


@pytest.fixture
def visitors(browser):
    """`visitors(url)` brings one more colleague to a browser of their own."""
    somebody: list[Visitor] = []

    def come(url: str, user) -> Visitor:
        somebody.append(Visitor(browser, url).log_in(user))
        return somebody[-1]

    yield come
    for visitor in somebody:
        visitor.leave()


@contextmanager
def serving(port: int) -> Iterator[str]:
    """The web process of this test's installation at a port of our choice, so that it can come back there."""
    installation = Installation.of_this_test()
    log = installation.home / f"serve-{port}.log"
    url = f"http://127.0.0.1:{port}"
    process = installation.start("serve", "--no-worker", log=log, HEARD_PORT=str(port), HEARD_URL=url)
    try:
        wait_until(lambda: answers(port), process=process, log=log, seconds=60)
        yield url
    finally:
        stop(process)


def listen(page) -> None:
    """Return once the page's stream is open; mark the page, so that a reload would be seen."""
    eventually(lambda: page.evaluate("document.querySelector('live-stream').source?.readyState === 1"))
    remember(page)


def remember(page) -> None:
    """Let a page keep what it hears, and notice that it was not loaded again."""
    page.evaluate("window.isTheSamePage = true; window.heard = []")
    page.evaluate("document.addEventListener('heard:event', ({ detail }) => window.heard.push(detail.subject_id))")


def heard(page) -> list[int]:
    """Ids of the subjects that a page heard of."""
    return page.evaluate("window.heard")


def is_the_same(page) -> bool:
    return page.evaluate("window.isTheSamePage === true")


def happen(support, subject_id):
    with transaction.atomic():
        record_event("draft.changed", ("draft", subject_id), audience_id=audience_of([support]).pk)


def test_an_inbox_says_that_something_new_came_and_moves_nothing_until_asked(live_web, visitors, alice, charlie, conversation, arrive):
    inbox = visitors(live_web.url, alice).open("/inbox/")
    outside = visitors(live_web.url, charlie).open("/inbox/")
    listen(inbox)
    listen(outside)

    arrive(make_mail("The lower lock slips.", subject="My poles", sender="Grace <grace@example.org>"))

    inbox.locator(OFFER, has_text="1 new").wait_for()
    assert inbox.get_by_role("link", name="My poles").count() == 0
    inbox.locator(OFFER).click()
    inbox.get_by_role("link", name="My poles").wait_for()
    assert inbox.locator(OFFER).count() == 0
    assert is_the_same(inbox)
    assert (outside.locator(OFFER).count(), heard(outside)) == (0, [])


def test_an_open_conversation_shows_a_message_as_it_comes_and_keeps_what_is_being_written(live_web, visitors, alice, mailbox, arrive):
    arrive(make_mail("Where is my parcel?", message_id="<one@example.org>"))
    conversation = Conversation.objects.get()
    page = visitors(live_web.url, alice).open(f"/conversations/{conversation.pk}/")
    listen(page)
    page.locator("textarea[name=body]").press_sequentially("Dear Ada,")

    arrive(make_mail("It was blue, by the way.", in_reply_to="<one@example.org>"))

    page.get_by_text("It was blue, by the way.").wait_for()
    assert page.locator("textarea[name=body]").input_value() == "Dear Ada,"
    assert is_the_same(page)


def test_a_colleague_sees_the_answer_of_another(live_web, visitors, alice, bob, mailbox, arrive):
    arrive(make_mail("Where is my parcel?"))
    path = f"/conversations/{Conversation.objects.get().pk}/"
    hers, his = visitors(live_web.url, alice).open(path), visitors(live_web.url, bob).open(path)
    listen(hers)

    his.locator("textarea[name=body]").fill("It left this morning.")
    his.get_by_role("button", name="Send", exact=True).click()

    hers.locator("article.message", has_text="It left this morning.").wait_for()
    assert is_the_same(hers)
    assert Message.objects.count() == 2


def test_what_came_while_the_server_was_away_is_told_when_it_is_back(visitors, alice, support):
    port = free_port()
    with serving(port) as url:
        page = visitors(url, alice).open("/inbox/")
        listen(page)
        happen(support, 1)
        eventually(lambda: len(heard(page)) == 1)
    page.get_by_text("The connection was lost.").wait_for()
    happen(support, 2)
    happen(support, 3)
    with serving(port):
        eventually(lambda: len(heard(page)) == 3, seconds=60)
        happen(support, 4)
        eventually(lambda: len(heard(page)) == 4)
        page.get_by_text("The connection was lost.").wait_for(state="hidden")
        assert heard(page) == [1, 2, 3, 4]
        assert is_the_same(page)


def test_two_tabs_of_one_browser_share_a_stream_and_the_second_goes_on_when_the_first_closes(live_web, visitors, alice, support):
    visitor = visitors(live_web.url, alice)
    first = visitor.open("/inbox/")
    listen(first)
    second = visitor.context.new_page()
    second.goto("/inbox/")
    remember(second)
    happen(support, 1)
    eventually(lambda: heard(first) == heard(second) == [1])
    assert second.evaluate("document.querySelector('live-stream').source === undefined")
    first.close()
    happen(support, 2)
    eventually(lambda: len(heard(second)) == 2, seconds=60)
    assert heard(second) == [1, 2]


def test_a_worker_that_files_a_mail_reaches_the_screen(live_app, visitors, alice, conversation):
    """The whole way: a mail comes over LMTP, the worker files it, the web process tells."""
    import smtplib

    page = visitors(live_app.url, alice).open("/inbox/")
    listen(page)
    with smtplib.LMTP("127.0.0.1", live_app.lmtp_port) as door:
        door.sendmail("grace@example.org", [conversation.mailbox.address], make_mail("Hello?", sender="Grace <grace@example.org>"))
    page.locator(OFFER, has_text="1 new").wait_for(timeout=60_000)
    assert is_the_same(page)
    eventually(lambda: Conversation.objects.count() == 2)


def test_a_web_process_that_dies_is_back_without_loss(live_app, visitors, alice, support):
    page = visitors(live_app.url, alice).open("/inbox/")
    listen(page)
    happen(support, 1)
    eventually(lambda: len(heard(page)) == 1)
    os.kill(_web_process(live_app.process.pid), signal.SIGKILL)
    happen(support, 2)
    eventually(lambda: len(heard(page)) == 2, seconds=60)
    assert heard(page) == [1, 2]


def _web_process(supervisor: int) -> int:
    """The first child of the supervisor is the web process."""
    from pathlib import Path

    children = Path(f"/proc/{supervisor}/task/{supervisor}/children")
    if not children.exists():
        pytest.skip("this system does not list the children of a process")
    return int(children.read_text().split()[0])
