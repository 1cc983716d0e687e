"""The pages of telling: words, preview, going out, who was told; and the page behind the link in the mail."""

import pytest
from django.urls import reverse

from heard.conversations.models import Message
from heard.improvements.answer_links import make_token, read_token
from heard.improvements.models import Decision, QuoteConsent, Telling, Told
from heard.improvements.services.telling import queue_telling
from heard.improvements.tests.scene import WORDS, ask_for_it, change, finish
from heard.people.models import ContactChoice
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mailbox, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    ensure_defaults()
    return make_mailbox(make_team())


@pytest.fixture
def dora(mailbox, client):
    dora = make_user("Dora", role="lead", teams=(mailbox.team,))
    client.force_login(dora)
    return dora


@pytest.fixture
def improvement(mailbox, dora):
    made = change(dora, ask_for_it(mailbox, dora, 4))
    finish(made, dora)
    return made


@pytest.fixture
def told(improvement, client):
    client.post(reverse("telling:write", args=[improvement.pk]), {"text_en": "It holds now."})
    telling = Telling.objects.get()
    client.post(reverse("telling:queue", args=[telling.pk]))
    queue_telling(telling.pk)
    return Told.objects.order_by("pk").first()


def address(told, name="answer"):
    return reverse(f"telling:{name}", args=[make_token(told.message_id)])


def test_it_is_previewed_and_goes_out_once(improvement, client):
    page = client.get(reverse("telling:write", args=[improvement.pk]))
    assert improvement.title in page.content.decode()
    written = client.post(reverse("telling:write", args=[improvement.pk]), {"text_en": "It holds now.", "text_es": ""})
    telling = Telling.objects.get()
    preview = client.get(written.url)
    shown = preview.content.decode()
    assert preview.context["plan"].raised == 4
    assert shown.count("It holds now.") == 3 and WORDS in shown
    assert not Message.objects.filter(kind="telling").exists()
    for _ in range(2):
        client.post(reverse("telling:queue", args=[telling.pk]))
        queue_telling(telling.pk)
    assert Message.objects.filter(kind="telling").count() == 4
    assert client.get(reverse("telling:telling", args=[telling.pk])).status_code == 200


def test_nothing_to_say_is_an_error_beside_the_field(improvement, client):
    answer = client.post(reverse("telling:write", args=[improvement.pk]), {"text_en": "   "})
    assert answer.status_code == 422 and answer.context["form"].errors["text_en"]


def test_a_draft_is_worded_anew(improvement, client):
    client.post(reverse("telling:write", args=[improvement.pk]), {"text_en": "It hold."})
    telling = Telling.objects.get()
    again = f"{reverse('telling:write', args=[improvement.pk])}?draft={telling.pk}"
    assert "It hold." in client.get(again).content.decode()
    client.post(again, {"text_en": "It holds."})
    telling.refresh_from_db()
    assert (Telling.objects.count(), telling.text_en) == (1, "It holds.")


def test_what_was_decided_since_stops_it(improvement, client, dora):
    client.post(reverse("telling:write", args=[improvement.pk]), {"text_en": "It holds."})
    telling = Telling.objects.get()
    finish(improvement, dora, state="declined", reason="Too dear.")
    assert client.post(reverse("telling:queue", args=[telling.pk])).status_code == 409
    telling.refresh_from_db()
    assert telling.queued_at is None


def test_the_improvement_says_who_knows(told, improvement, client):
    told.state, told.told_at = "told", told.queued_at
    told.save()
    page = client.get(reverse("improvements:improvement", args=[improvement.pk])).content.decode()
    assert reverse("telling:told", args=[improvement.pk]) in page
    for view in ("all", "told", "on-their-way", "came-back", "unreachable", "later", "solved", "not-for-me"):
        assert client.get(f"{reverse('telling:told', args=[improvement.pk])}?view={view}").status_code == 200
    assert client.get(f"{reverse('telling:told', args=[improvement.pk])}?view=what").status_code == 404


def test_colleagues_of_other_teams_see_numbers_and_no_names(told, improvement, client):
    client.force_login(make_user("Charlie", role="lead", teams=(make_team("Sales"),)))
    page = client.get(reverse("telling:told", args=[improvement.pk])).content.decode()
    assert WORDS not in page and "Walker" not in page
    telling = Telling.objects.get()
    Telling.objects.filter(pk=telling.pk).update(queued_at=None)
    Told.objects.all().delete()
    preview = client.get(reverse("telling:telling", args=[telling.pk])).content.decode()
    assert "walker" not in preview and WORDS not in preview


def test_one_tap_answers_and_reading_changes_nothing(told, client):
    client.logout()
    assert client.get(address(told)).status_code == 200
    assert Told.objects.get(pk=told.pk).answer == ""
    answer = client.post(address(told, "answers"), {"answer": "solved"})
    assert answer.status_code == 303
    assert client.get(answer.url).status_code == 200
    assert Told.objects.get(pk=told.pk).answer == "solved"
    client.post(address(told, "answers"), {"answer": "not_for_me"})
    assert Told.objects.get(pk=told.pk).answer == "not_for_me"
    assert client.post(address(told, "answers"), {"answer": "maybe"}).status_code == 422


def test_words_are_kept_on_error_and_come_into_the_conversation(told, client):
    client.logout()
    assert client.post(address(told, "words"), {"words": "  "}).status_code == 422
    data = {"words": "I wear mittens.", "once": "4b4bd0a4-9c4a-4a43-8f68-b3f9a2b8b001"}
    for _ in range(2):
        assert client.post(address(told, "words"), data).status_code == 303
    said = Message.objects.filter(conversation=told.conversation_id, interaction__text="I wear mittens.")
    assert said.count() == 1


def test_the_page_shows_nothing_of_theirs(told, client):
    client.logout()
    page = client.get(address(told)).content.decode()
    assert "It holds now." in page and WORDS not in page and "example.org" not in page


def test_a_link_that_nobody_made_opens_nothing(told, client):
    client.logout()
    token = make_token(told.message_id)
    assert read_token(token) == told.message_id
    other = Told.objects.exclude(pk=told.pk).first()
    mixed = make_token(other.message_id)[:7] + token[7:]
    for wrong in ("x", token[:-1] + ("A" if token[-1] != "A" else "B"), mixed, token + "A"):
        assert read_token(wrong) is None
        assert client.get(reverse("telling:answer", args=[wrong])).status_code == 404
    Told.objects.filter(pk=told.pk).update(queued_at="2020-01-01T00:00Z")
    assert client.get(address(told)).status_code == 404


def test_one_click_ends_such_mail_without_reading_a_page(told, client):
    client.logout()
    from django.test import Client

    robot = Client(enforce_csrf_checks=True)
    assert robot.get(address(told, "no_more")).status_code == 200
    assert not ContactChoice.objects.exists()
    assert robot.post(address(told, "no_more"), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert ContactChoice.objects.get().identity_id == told.identity_id


def test_a_form_without_its_mark_is_refused(told):
    from django.test import Client

    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address(told, "answers"), {"answer": "solved"}).status_code == 403


def test_they_may_be_quoted_and_take_it_back(told, client):
    client.logout()
    client.post(address(told, "own_quote"), {"allow": "yes", "name": "Wally"})
    assert QuoteConsent.objects.get().name == "Wally"
    client.post(address(told, "own_quote"), {"allow": "no"})
    assert QuoteConsent.objects.get().withdrawn_at is not None


def test_the_loop_page_leads_to_those_we_owe(improvement, client):
    from heard.improvements.services.loop import rebuild_loop

    assert rebuild_loop() == 4
    page = client.get(reverse("telling:loop") + "?span=all")
    assert page.context["figures"].owed == 4
    owed = client.get(reverse("telling:owed"))
    assert len(owed.context["people"]) == 4
    assert Decision.objects.count() == 2
