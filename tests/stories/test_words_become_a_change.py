"""Two customers write of one thing; their words are marked, become a change with its reasons, and a decision that everybody can follow."""

import re
import uuid

import pytest

from heard.conversations.indexing.rebuilding import rebuild
from heard.conversations.models import Conversation
from heard.improvements.models import Evidence, Improvement
from heard.insights.models import Signal, Theme
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mail

pytestmark = pytest.mark.django_db(transaction=True)
DONE = (302, 303)


@pytest.fixture
def letters(arrive):
    ensure_defaults()
    arrive(make_mail("The lower lock slips on every wet descent. It slips!", sender="Ada Lovelace <ada@example.org>", subject="Poles"))
    arrive(make_mail("When it rains the lock slips, and I fall.", sender="Grace Hopper <grace@example.com>", subject="I fell"))
    list(rebuild())
    return [conversation.messages.get() for conversation in Conversation.objects.order_by("pk")]


def test_words_become_a_change(client, letters, alice, bob, charlie, rita):
    first, second = letters
    client.force_login(alice)
    address = f"/messages/{first.pk}/signals/"

    # What is not in the message, or not clear, comes back with the words and the reason.
    for words, reason in [
        ("the upper lock", "does not say this"),
        ("slips", "more than once"),
        ("", "Copy the words"),
        ("x" * 2001, "2000"),
    ]:
        answer = client.post(address, {"words": words, "kind": "problem", "new_theme": "Pole lock"})
        assert answer.status_code == 422 and reason in answer.content.decode() and words in answer.content.decode()
    assert client.post(address, {"words": "slips", "kind": "nonsense"}).status_code == 422
    assert not Signal.objects.exists() and not Theme.objects.exists()

    fields = {"words": "the lower  lock\nslips", "kind": "problem", "new_theme": "Pole lock", "back": "conversation"}
    for _ in range(2):
        answer = client.post(address, fields)
        assert answer.status_code in DONE and answer["Location"].endswith(f"/conversations/{first.conversation_id}/#message-{first.pk}")
    signal, theme = Signal.objects.get(), Theme.objects.get()
    thread = client.get(f"/conversations/{first.conversation_id}/").content.decode()
    assert re.search(r'<mark class="signal" title="Problem: Pole lock">The lower lock slips</mark>', thread)

    # From the page of the theme to a change, with the signals that were ticked.
    assert "One person spoke of it." in client.get(f"/themes/{theme.pk}/").content.decode()
    assert "lower lock" in client.get(f"/improvements/new/?signal={signal.pk}&signal=999&signal=nonsense").content.decode()
    once = str(uuid.uuid4())
    for _ in range(2):
        answer = client.post("/improvements/new/", {"once": once, "title": "A lock that holds", "signal": signal.pk})
    improvement = Improvement.objects.get()
    page = answer["Location"]
    assert "One person asks for it." in client.get(page).content.decode()

    # Somebody else means the same.
    alike = f"{page}alike/"
    shown = client.get(alike).content.decode()
    place = re.search(r'name="only" value="([\d:]+)"', shown).group(1)
    assert "When it rains the lock slips, and I fall." in shown
    assert client.post(alike, {"kind": "problem", "theme": theme.pk}).status_code == 409  # nobody was ticked
    assert client.post(alike, {"kind": "problem", "theme": theme.pk, "only": place}).status_code in DONE
    assert "2 people ask for it." in client.get(page).content.decode()
    assert Signal.objects.get(interaction=second.interaction).theme == theme

    # Whoever belongs elsewhere sees the count and not the words, and decides nothing.
    client.force_login(charlie)
    seen = client.get(page).content.decode()
    assert "2 people ask for it." in seen and "lock slips" not in seen
    assert client.post(f"{page}decisions/", {"once": uuid.uuid4(), "state": "done"}).status_code == 409
    client.force_login(rita)
    assert client.post(f"{page}decisions/", {"once": uuid.uuid4(), "state": "done"}).status_code == 403

    client.force_login(alice)
    answer = client.post(f"{page}decisions/", {"once": uuid.uuid4(), "state": "declined"})
    assert answer.status_code == 422 and "Say why not" in answer.content.decode()
    answer = client.post(f"{page}decisions/", {"once": uuid.uuid4(), "state": "done", "is_public": "on"})
    assert answer.status_code == 422 and "before you show it" in answer.content.decode()
    decided = {"once": uuid.uuid4(), "state": "done", "public_reason": "New lock in every pair.", "is_public": "on"}
    for _ in range(2):
        assert client.post(f"{page}decisions/", decided).status_code in DONE
    assert [one.state for one in improvement.decisions.order_by("pk")] == ["considering", "done"]
    assert "New lock in every pair." in client.get("/improvements/?view=done").content.decode()

    # What was marked by mistake is taken back, and given back.
    counted = client.get(page).content.decode()
    assert client.post(f"/signals/{signal.pk}/retraction/").status_code in DONE
    assert "One person asks for it." in client.get(page).content.decode()
    assert client.post(f"/signals/{signal.pk}/retraction/end/").status_code in DONE
    assert "2 people ask for it." in counted and "2 people ask for it." in client.get(page).content.decode()

    # The other side is heard as well.
    against = Evidence.objects.get(signal=signal)
    client.post("/evidence/", {"improvement": improvement.pk, "signal": signal.pk, "is_against": "on"})
    against.refresh_from_db()
    assert against.withdrawn_by == alice
    assert "One speaks against it." in client.get(page).content.decode()
    assert "The lower lock slips" in client.get(f"{page}evidence/?against").content.decode()


def test_themes_are_renamed_merged_and_split_on_their_page(client, letters, alice, bob):
    client.force_login(alice)
    for message, name in zip(letters, ["Pole lock", "Rain"], strict=True):
        client.post(f"/messages/{message.pk}/signals/", {"words": "the l", "near": 0, "kind": "problem", "new_theme": name})
        client.post(
            f"/messages/{message.pk}/signals/", {"words": "slips", "near": 0, "kind": "problem", "theme": Theme.objects.get(name=name).pk}
        )
    lock, rain = Theme.objects.order_by("pk")
    page = f"/themes/{lock.pk}/"
    assert client.post(page, {"name": "rain", "definition": ""}).status_code == 409
    assert client.post(page, {"name": "", "definition": "What holds"}).status_code == 422
    assert client.post(page, {"name": "Locks", "definition": "What holds", "owner": alice.pk}).status_code in DONE
    client.post(f"/themes/{rain.pk}/merge/", {"into": lock.pk})
    assert "2 people spoke of it." in client.get(page).content.decode()
    assert "Locks" in client.get(f"/themes/{rain.pk}/").content.decode()
    client.post(f"{page}split/", {"signal": [one.pk for one in rain.signals.all()], "name": "Falls"})
    assert {theme.name: theme.signals.count() for theme in Theme.objects.all()} == {"Locks": 2, "Rain": 0, "Falls": 2}
    client.post(f"/themes/{rain.pk}/merge/end/")
    history = client.get(page).content.decode()
    assert all(name in history for name in ("Pole lock", "Falls", "Rain"))
    shown = client.get("/themes/?").content.decode()
    assert all(name in shown for name in ("Locks", "Rain", "Falls"))
    client.force_login(bob)
    assert client.post(page, {"name": "Mine", "definition": ""}).status_code == 409
    assert client.get(f"{page}?kind=problem&q=rain").status_code == 200
    assert client.get(f"{page}?kind=nonsense&q=%00").status_code == 200
    for address in (f"/themes/{10**30}/", f"/improvements/{10**30}/", f"/messages/{10**30}/signals/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/improvements/?view=nonsense&before={10**30}").status_code == 200
    assert client.get(f"/improvements/new/?signal={10**30}&signal=%00").status_code == 200
