"""What somebody tries who should not: guessing, old links, forwarded links, wrong people, robots that open every link."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heard.conversations.customer_links import make_token, read_token, without_links
from heard.lib.time import frozen_at, now
from heard.people.services.decisions import decide_same
from heard.portal.models import Code, LinkRevocation
from heard.portal.services import limits
from heard.portal.services.code_mail import send
from heard.portal.services.codes import digits_of
from heard.portal.services.stopping import stop_links
from heard.portal.tests.scene import once, path_to, prove, put
from heard.promises.services.policies import ensure_defaults
from heard.timeline.models import Interaction
from tests.factories import make_conversation, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policies(db):
    ensure_defaults()


PASSING = re.compile(r'/c/[^/"]+/|[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f-]{27}|nonce="[^"]*"')


class Outbox:
    """A mail server that takes everything."""

    def __init__(self):
        self.sent = []

    def send(self, raw, *, mailbox, sender, recipients):
        from heard.channels.email.sending import Outcome

        self.sent.append((raw.decode(), list(recipients)))
        return Outcome(accepted=tuple(recipients))


def everything() -> dict[str, list[tuple]]:
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in apps.get_models()}


def shape(response) -> tuple[int, str]:
    """The answer without what belongs to the address that was asked for."""
    return response.status_code, PASSING.sub("", response.content.decode())


# --- robots


def test_opening_every_link_changes_nothing(conversation, ada):
    path = path_to(conversation, ada)
    before = everything()
    for rest in ("", "?page=2", "corrections/", "not-me/", "held/", f"codes/{uuid4()}/", "solved/", "not-yet/", "messages/", "codes/"):
        client = Client()
        for method in ("get", "head", "options"):
            response = getattr(client, method)(path + rest)
            assert response.status_code in (200, 405)
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "no-store" in response.headers["Cache-Control"]
            assert "noindex" in response.headers["X-Robots-Tag"]
            assert not response.cookies
    assert everything() == before


def test_forms_want_the_mark_of_their_page_and_no_cookie(conversation, ada):
    client = Client(enforce_csrf_checks=True)
    path = path_to(conversation, ada)
    page = client.get(path)
    mark = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert client.post(f"{path}solved/", once()).status_code == 403
    assert client.post(f"{path}solved/", once() | {"csrfmiddlewaretoken": "é" + mark[1:]}).status_code == 403
    other = path_to(make_conversation(conversation.mailbox, customer=ada), ada)
    assert client.post(f"{other}solved/", once() | {"csrfmiddlewaretoken": mark}).status_code == 403
    answer = client.post(f"{path}solved/", once() | {"csrfmiddlewaretoken": mark}, headers={"origin": "null"})
    assert answer.status_code == 303


# --- enumeration


def test_every_link_that_opens_nothing_answers_the_same(client, conversation, ada, alice):
    good = path_to(conversation, ada)
    expired = path_to(conversation, ada, now() - timedelta(days=31))
    stopped = path_to(conversation, ada, now() - timedelta(days=1))
    stop_links(conversation, by=alice)
    nobody = f"/c/{make_token(conversation.pk, 99_999, now())}/"
    nowhere = f"/c/{make_token(99_999, ada.pk, now())}/"
    token = good.split("/")[2]
    flipped = f"/c/{token[:10]}{'A' if token[10] != 'A' else 'B'}{token[11:]}/"
    answers = {shape(client.get(path)) for path in (expired, stopped, nobody, nowhere, flipped, "/c/x/", f"/c/{'A' * 48}/", good)}
    assert len(answers) == 1 and answers.pop()[0] == 404


@pytest.mark.parametrize("place", [0, 7, 12, 17, 20, 30, 47])
def test_no_letter_of_a_token_can_be_changed(conversation, ada, place):
    token = make_token(conversation.pk, ada.pk, now())
    other = "A" if token[place] != "A" else "B"
    assert read_token(token[:place] + other + token[place + 1 :]) is None
    assert read_token(token).identity_id == ada.pk


def test_asking_for_a_code_answers_the_same_for_known_and_unknown_addresses(client, conversation, ada, mailbox):
    path = path_to(conversation, ada, now() - timedelta(days=40))
    make_customer("grace@example.com", name="Grace", audience=mailbox.audience)  # known, but not of this conversation
    pages, queries = set(), set()
    for address in ("ada@example.org", "ADA@Example.org", "grace@example.com", "stranger@example.net"):
        with CaptureQueriesContext(connection) as seen:
            asked = client.post(f"{path}codes/", {"address": address})
        queries.add(len(seen))
        assert asked.status_code == 303
        wrong = client.post(asked.headers["Location"], {"code": "0000 0000"})
        pages.add((shape(client.get(asked.headers["Location"])), shape(wrong)))
    assert len(pages) == 1 and len(queries) == 1
    assert [code.identity for code in Code.objects.order_by("pk")] == [ada, ada, None, None]


def test_only_the_right_mailbox_gets_a_code_and_no_colleague_sees_it(client, conversation, ada, alice):
    path = path_to(conversation, ada, now() - timedelta(days=40))
    for address in ("stranger@example.net", "ada@example.org"):
        client.post(f"{path}codes/", {"address": address})
    outbox = Outbox()
    for code in Code.objects.order_by("pk"):
        send(code.pk, mailer=outbox)
        send(code.pk, mailer=outbox)  # a task may run twice
    ((raw, recipients),) = outbox.sent
    digits = digits_of(Code.objects.latest("pk"))
    assert recipients == ["ada@example.org"] and f"{digits[:4]} {digits[4:]}" in raw
    assert "Auto-Submitted" in raw and digits not in raw.partition("\r\n\r\n")[0]
    assert not Interaction.objects.filter(text__contains=digits[:4]).exists()
    client.force_login(alice)
    assert digits[:4] + " " not in client.get(f"/conversations/{conversation.pk}/").content.decode()


# --- expired and replayed


def test_an_expired_link_leads_to_a_code_and_the_code_to_a_new_link(client, conversation, ada):
    path = path_to(conversation, ada, now() - timedelta(days=40))
    assert client.get(path).status_code == 404
    asked = client.post(f"{path}codes/", {"address": "ada@example.org"})
    answer = client.post(asked.headers["Location"], {"code": digits_of(Code.objects.get())})
    assert answer.status_code == 303
    fresh = client.get(answer.headers["Location"])
    assert fresh.status_code == 200 and "Hello Ada." in fresh.content.decode()
    ada.refresh_from_db()
    assert ada.identifiers.get().verified_how == "code"


def test_a_code_works_once_for_a_quarter_of_an_hour_and_five_tries(client, conversation, ada):
    path = path_to(conversation, ada)

    def asked():
        return client.post(f"{path}codes/", {}).headers["Location"], digits_of(Code.objects.latest("pk"))

    where, digits = asked()
    assert client.post(where, {"code": f"{digits[:4]}-{digits[4:]}"}).status_code == 303
    assert client.post(where, {"code": digits}).status_code == 422  # replayed

    where, digits = asked()
    with frozen_at(now() + timedelta(minutes=16)):
        assert client.post(where, {"code": digits}).status_code == 422  # too late

    where, digits = asked()
    wrong = f"{(int(digits) + 1) % 10**8:08}"
    tries = [client.post(where, {"code": wrong}) for _ in range(5)]
    assert "4 tries are left" in tries[0].content.decode()
    assert client.post(where, {"code": digits}).status_code == 422  # used up


def test_guesses_are_counted_per_address_across_codes(client, conversation, ada, monkeypatch):
    monkeypatch.setattr(limits, "CODES", limits.Limit("codes", 100, 100, timedelta(hours=1)))
    monkeypatch.setattr(limits, "CODES_A_DAY", limits.Limit("codes a day", 100, 100, timedelta(days=1)))
    path = path_to(conversation, ada)
    for _ in range(10):
        where = client.post(f"{path}codes/", {}).headers["Location"]
        digits = digits_of(Code.objects.latest("pk"))
        client.post(where, {"code": f"{(int(digits) + 1) % 10**8:08}"})
    where = client.post(f"{path}codes/", {}).headers["Location"]
    assert client.post(where, {"code": digits_of(Code.objects.latest("pk"))}).status_code == 422


def test_codes_and_words_are_limited_per_address_and_per_network(client, conversation, ada):
    path = path_to(conversation, ada)
    answers = [client.post(f"{path}codes/", {}).status_code for _ in range(6)]
    assert answers == [303] * 4 + [429] * 2
    unknown = path_to(conversation, ada, now() - timedelta(days=40))
    answers = [client.post(f"{unknown}codes/", {"address": "stranger@example.net"}).status_code for _ in range(6)]
    assert answers == [303] * 4 + [429] * 2
    said = [client.post(f"{path}messages/", once() | {"text": f"Word {n}"}).status_code for n in range(42)]
    assert said.count(303) == 40 and said[-1] == 429
    flooded = client.post(f"{path}messages/", once() | {"text": "one word more"})
    assert "one word more" in flooded.content.decode()
    with frozen_at(now() + timedelta(hours=2)):
        assert client.post(f"{path}messages/", once() | {"text": "Later"}).status_code == 303
    with frozen_at(now() + timedelta(days=2)):
        assert limits.forget_old() > 0


def test_a_network_is_one_household():
    assert limits.network_key("2001:db8:1:2:3::4") == limits.network_key("2001:db8:1:2:ffff::1")
    assert limits.network_key("::ffff:192.0.2.1") == "192.0.2.1" != limits.network_key("192.0.2.2")
    assert limits.network_key("unix") == "unix"


# --- forwarded


def test_a_forwarded_link_reads_and_writes_but_does_nothing_that_is_only_theirs(conversation, ada):
    friend = Client()
    path = path_to(conversation, ada)
    assert friend.get(path).status_code == 200
    for rest in ("corrections/", "not-me/", "held/everything/"):
        answer = friend.post(path + rest, once() | {"name": "Mallory", "text": "x"})
        assert answer.status_code == 403 and "First a code" in answer.content.decode()
    held = friend.get(f"{path}held/").content.decode()
    assert "ada@example.org" not in held and "a•••@example.org" in held
    ada.refresh_from_db()
    assert ada.display_name == "Ada Lovelace" and not LinkRevocation.objects.exists()


def test_the_proof_of_one_address_is_none_of_another(conversation, ada, mailbox):
    grace = make_customer("grace@example.com", name="Grace", audience=mailbox.audience)
    put(conversation, "out", "Dear both.", [(ada, "to"), (grace, "cc")])
    client = Client()
    prove(client, path_to(conversation, grace))
    answer = client.post(path_to(conversation, ada, rest="corrections/"), once() | {"name": "Mallory"})
    assert answer.status_code == 403


def test_the_proof_ends_after_half_an_hour_and_with_the_links(conversation, ada, alice):
    client = Client()
    prove(client, path_to(conversation, ada))
    held = path_to(conversation, ada, rest="held/")
    assert "ada@example.org" in client.get(held).content.decode()
    with frozen_at(now() + timedelta(minutes=31)):
        assert "ada@example.org" not in client.get(held).content.decode()
    stop_links(conversation, by=alice)
    later = path_to(conversation, ada, now() + timedelta(seconds=2), rest="held/")
    assert "ada@example.org" not in client.get(later).content.decode()


def test_a_link_that_comes_back_in_a_mail_is_taken_out(conversation, ada):
    link = f"https://heard.example{path_to(conversation, ada)}"
    text = f"> See what we said: {link}\nThanks!\n<a href='{link}'>{link}</a>"
    assert "/c/" not in without_links(text) and "Thanks!" in without_links(text)
    assert without_links("see /c/short/ and /c/") == "see /c/short/ and /c/"


# --- wrong person


def test_joining_people_shows_nobody_more(client, conversation, ada, mailbox, bob):
    other = make_customer("lovelace@work.example", name="A. Lovelace", audience=mailbox.audience)
    put(conversation, "in", "From my other address: my PIN is 1234.", [(other, "from")])
    put(conversation, "out", "To your other address.", [(other, "to")])
    decide_same(ada, other, by=bob, reason="sounds alike")
    client = Client()
    path = prove(client, path_to(conversation, ada))
    shown = client.get(path).content.decode() + client.get(f"{path}held/").content.decode()
    taken = b"".join(client.post(f"{path}held/everything/").streaming_content).decode()
    for secret in ("PIN", "To your other address", "lovelace@work.example", "sounds alike"):
        assert secret not in shown and secret not in taken


def test_a_file_of_a_message_they_may_not_read_is_not_there(client, conversation, ada, mailbox):
    from heard.files import store
    from heard.timeline.models import Attachment

    grace = make_customer("grace@example.com", name="Grace", audience=mailbox.audience)
    theirs = put(conversation, "in", "Mine alone.", [(grace, "from"), (ada, "cc")])
    file = Attachment.objects.create(
        interaction=theirs.interaction, blob=store.put(b"secret"), name="a.txt", content_type="text/plain", size=6
    )
    assert client.get(path_to(conversation, ada, rest=f"files/{file.pk}/")).status_code == 404
    assert client.get(path_to(conversation, grace, rest=f"files/{file.pk}/")).content == b"secret"
    elsewhere = make_conversation(mailbox, customer=grace)
    assert client.get(path_to(elsewhere, grace, rest=f"files/{file.pk}/")).status_code == 404


def test_a_mail_to_several_people_proves_nobody(client, conversation, ada, alice):
    from heard.conversations.services.messages import reply_to_conversation
    from heard.conversations.services.outgoing import mail_of

    message = reply_to_conversation(conversation, author=alice, body="Hello.", to=["ada@example.org"], cc=["grace@example.com"])
    path = re.search(r"http://[^/]+(/c/[\w-]{48}/)", mail_of(message).text)[1]
    door = client.get(path)
    assert door.status_code == 200 and "Which of you is it?" in door.content.decode()
    assert "Hello." not in door.content.decode()
    asked = client.post(f"{path}codes/", {"address": "grace@example.com"})
    opened = client.post(asked.headers["Location"], {"code": digits_of(Code.objects.get())})
    page = client.get(opened.headers["Location"]).content.decode()
    assert "Hello." in page and "Where is it?" not in page


def test_this_is_not_me_tells_us_and_ends_the_links(conversation, ada, alice):
    from heard.conversations.services.messages import reply_to_conversation
    from heard.conversations.services.outgoing import mail_of

    client = Client()
    path = prove(client, path_to(conversation, ada), "not-me").removesuffix("not-me/")
    done = client.post(f"{path}not-me/", once() | {"text": "I never bought poles."})
    assert done.status_code == 200
    assert client.get(path).status_code == 404
    said = Interaction.objects.get(kind="not_me")
    assert "I never bought poles." in said.text and said.authentication == "pass"
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None
    message = reply_to_conversation(conversation, author=alice, body="Sorry.", to=["ada@example.org"])
    assert "/c/" not in mail_of(message).text


def test_a_correction_of_the_name_counts_at_once_and_words_are_answered(conversation, ada):
    client = Client()
    path = prove(client, path_to(conversation, ada), "correct")
    assert path.endswith("/corrections/")
    assert client.post(path, once() | {"name": "Ada Lovelace"}).status_code == 422  # nothing is different
    assert client.post(path, once() | {"name": "Ada King", "text": "I bought two pairs."}).status_code == 303
    ada.refresh_from_db()
    assert ada.display_name == "Ada King"
    assert {fact.source for fact in ada.facts.filter(kind="name")} == {"mail", "customer"}
    assert Interaction.objects.get(kind="correction").text == "I bought two pairs."


def test_an_erased_person_has_no_page_and_no_code(client, conversation, ada, dora):
    from heard.privacy.services import erase_person

    path = path_to(conversation, ada)
    client.post(f"{path}codes/", {})
    client.post(f"{path}not-yet/", once())
    erasure = erase_person([ada.pk], by=dora)
    assert client.get(path).status_code == 404
    assert not Code.objects.exists()
    assert "customer_answers" in {outcome["store"] for outcome in erasure.outcomes}
    assert not Interaction.objects.filter(kind="not_yet").exclude(text="").exists()


def test_a_colleague_stops_the_links_and_only_colleagues_who_may(conversation, ada, alice, rita, charlie):
    path = path_to(conversation, ada)
    for user, status in ((charlie, 404), (rita, 403), (alice, 303)):
        client = Client()
        client.force_login(user)
        assert client.post(f"/conversations/{conversation.pk}/customer-page/links/end/").status_code == status
    assert Client().get(path).status_code == 404
    with frozen_at(now() + timedelta(seconds=1)):
        assert Client().get(path_to(conversation, ada, now())).status_code == 200


def test_codes_of_strangers_fail_like_wrong_ones(client, conversation, ada):
    asked = client.post(path_to(conversation, ada, now() - timedelta(days=40), rest="codes/"), {"address": "stranger@example.net"})
    right = digits_of(Code.objects.get())  # even the very digits open nothing for nobody
    assert client.post(asked.headers["Location"], {"code": right}).status_code == 422
    unknown = path_to(conversation, ada, rest=f"codes/{UUID(int=7)}/")
    assert client.post(unknown, {"code": "12345678"}).status_code == 422
