import argparse
from datetime import timedelta

import pytest
from django.db.models import Count
from django.test import Client

from heard.accounts.models import User
from heard.channels.email.models import Mailbox
from heard.conversations.models import Ask, Closure, Conversation, Delivery, Message, Standing
from heard.demo import commands, sink
from heard.demo.company import PASSWORD
from heard.demo.generate import generate
from heard.demo.loading import load
from heard.events.models import Event
from heard.improvements.models import Improvement, LoopStanding, Told, ToldState
from heard.inbound.models import Inbound, LedgerDay, State
from heard.insights.models import Signal
from heard.lib.time import now
from heard.matching.queue import review_queue
from heard.people.models import HeadsUp, Identity, LinkDecision, RelationshipOwner, Segment
from heard.people.together import homes_of
from heard.programmes.models import WhyVersion
from heard.programmes.selectors import current_why, standing_with_figures
from heard.promises.models import Promise, PromiseState
from heard.purchases.models import Order
from heard.tasks.models import Task
from heard.timeline.models import Interaction
from tests.factories.arriving import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def loaded(home):
    return load(generate(now=now(), people=60, interactions=320))


def test_the_company_stands_as_the_generator_told_it(loaded):
    """One loading for all that only looks: it takes seconds."""
    numbers_fit(loaded)
    the_ledger_counts_what_came()
    answers_thread_where_they_belong()
    ada_waits_for_the_poles_we_promised()
    five_were_dropped()
    letters_mean_something()
    the_lock_was_mended_and_people_were_told()
    the_why_holds_and_is_measured(loaded)
    orders_agree_with_letters()
    colleagues_ask_each_other()
    evidence_says_who_is_who(loaded)
    nothing_old_is_done_again()


def evidence_says_who_is_who(loaded):
    """Three people are joined from several records, one pair is in doubt, one was joined wrongly and cut, and lives in one house."""
    tangled = Identity.objects.values("person_number").annotate(records=Count("pk")).filter(records__gte=3)
    names = {one.display_name.split()[0] for one in Identity.objects.filter(pk__in=[row["person_number"] for row in tangled])}
    assert names >= {"Henrik", "Keith", "Lucía"}
    alice, father = User.objects.get(name="Alice Moreno"), Identity.objects.get(pk=loaded.owen)
    assert "Okafor" in str([pair.one for pair in review_queue(alice, limit=50)])
    assert LinkDecision.objects.filter(verdict="different", retracted_at=None).exists()
    [home] = homes_of([father.pk], alice)
    assert home.others[0].identity.display_name == father.display_name and home.others[0].number != father.person_number
    assert {heads_up.by.name for heads_up in HeadsUp.objects.all()} == {"Alice Moreno", "Dora Lindahl"}
    assert RelationshipOwner.objects.filter(user=alice, until_at=None).exists()
    assert all(segment.members.exists() for segment in Segment.objects.filter(name__contains="Spanish"))


def letters_mean_something():
    marked = Signal.objects.select_related("interaction", "theme")
    assert {signal.theme.name for signal in marked} >= {"Pole lock slips in the wet", "What fits with what", "How to send something back"}
    for signal in marked:
        assert signal.interaction.direction == "in"
        assert signal.interaction.text[signal.start : signal.end].strip()
        assert signal.interaction.happened_at <= signal.at <= now()
    assert Signal.objects.filter(interaction__message__conversation__subject="Replacement poles have not arrived").exists()


def the_lock_was_mended_and_people_were_told():
    states = dict(Improvement.objects.with_state().values_list("title", "state"))
    assert sorted(states.values()) == ["considering", "considering", "declined", "doing", "done", "done", "done", "planned"]
    lock = Improvement.objects.get(title__startswith="A screw lock")
    told = list(Told.objects.filter(improvement=lock))
    assert told and {one.state for one in told} <= {ToldState.TOLD, ToldState.BOUNCED}
    assert all(one.message.delivery.state in ("sent", "bounced") for one in told)
    raised = set(lock.evidence.values_list("signal__identity__person_number", flat=True))
    assert {one.identity.person_number for one in told} < raised  # some spoke up since: Dora's story
    assert LoopStanding.objects.filter(told_at__isnull=False).count() == len(
        set(Told.objects.filter(state=ToldState.TOLD, signal__kind__isnull=False).values_list("identity__person_number", flat=True))
    )


def the_why_holds_and_is_measured(loaded):
    assert current_why().number == 2
    assert WhyVersion.objects.latest("number").is_draft
    kept = {one.promise.measure: one.kept for one in standing_with_figures(now=now())}
    assert kept["nothing"] is None and kept["first_reply"].counted > 10
    assert loaded.lock_improvement and loaded.fits_improvement and loaded.fits_theme and loaded.ada_poles


def orders_agree_with_letters():
    ada = Order.objects.get(number="20931")
    assert [line.offering.name for line in ada.lines.order_by("position")] == ["Bracken gaiters", "Fells 45 rucksack"]
    buyer = ada.interaction.parties.get().identity
    assert buyer == Conversation.objects.get(subject="Replacement poles have not arrived").customer
    assert not Order.objects.filter(placed_at__gt=now()).exists()
    unpaid = Order.objects.get(number="20744")
    assert unpaid.returns.exists() and not unpaid.refunds.exists()  # Tomás waits for his money


def colleagues_ask_each_other():
    open_now = Ask.objects.filter(answered_at=None)
    assert {ask.team.name for ask in open_now} == {"Warehouse", "Accounts"}
    assert [ask.is_shown_to_customer for ask in open_now.filter(team__name="Warehouse")] == [True]
    assert Ask.objects.exclude(answered_at=None).count() == 2


def numbers_fit(loaded):
    standing = {name: Conversation.objects.filter(standing=name).count() for name in Standing.values}
    assert 20 <= standing["us"] <= 30
    assert 35 <= standing["customer"] <= 45
    assert 7 <= standing["snoozed"] <= 10
    assert standing["closed"] > 50
    assert loaded.interactions >= 320
    assert not Conversation.objects.filter(is_history=True).exists()
    assert not Interaction.objects.filter(happened_at__gt=now()).exists()
    assert not Inbound.objects.exclude(state__in=[State.FILED, State.DISCARDED, State.QUARANTINED]).exists()
    assert Inbound.objects.filter(state=State.QUARANTINED, cause__in=["not_an_email", "empty"]).count() == 6


def the_ledger_counts_what_came():
    assert sum(LedgerDay.objects.values_list("received", flat=True)) == Inbound.objects.count()


def answers_thread_where_they_belong():
    decisions = set(Message.objects.filter(interaction__direction="in").values_list("thread_decision", "thread_reason"))
    assert decisions <= {("new", "no_reference"), ("join", "header_known_participant")}


def ada_waits_for_the_poles_we_promised():
    conversation = Conversation.objects.get(subject="Replacement poles have not arrived")
    promise = Promise.objects.get(conversation=conversation, text="New pair of poles posted")
    assert (promise.state, promise.owed_by_team.name, promise.broken_at) == (PromiseState.OPEN, "Warehouse", promise.due_at)
    assert conversation.assignee.name == "Alice Moreno"
    assert conversation.standing == Standing.US
    assert conversation.customer.display_name == "Ada Whitfield"
    assert timedelta(hours=1) < now() - conversation.waiting_since < timedelta(hours=3)


def five_were_dropped():
    closed = Conversation.objects.get(subject="Tent peg bag missing")
    assert (closed.standing, closed.last_direction) == (Standing.CLOSED, "in")
    assert Closure.objects.filter(conversation=closed, reopened_at=None).get().reason == "solved"
    away = Conversation.objects.get(subject="Opening hours in December")
    assert away.assignee.is_away
    nobody = Conversation.objects.get(subject="Asked for a call back")
    assert nobody.assignee is None
    lost = Conversation.objects.get(subject="Offer for the repair of my jacket")
    assert Delivery.objects.get(message__conversation=lost).state == "bounced"
    assert lost.waiting_since is not None


def nothing_old_is_done_again():
    assert [task.name.rpartition(".")[2] for task in Task.objects.all()] == ["send_ask_mail"]  # Bob asks the warehouse this minute
    open_before = set(Promise.objects.filter(state="open").values_list("pk", flat=True))
    work_off()
    assert set(Promise.objects.filter(state="open").values_list("pk", flat=True)) == open_before
    assert [caught.recipients for caught in sink.list_caught()] in ([], [("warehouse@tarnandtrail.example",)])
    assert Event.objects.filter(kind__in=["message.sent", "message.told"]).count() == Delivery.objects.count()


def test_a_newcomer_plays_both_sides(home, settings, capsys, monkeypatch):
    settings.MAIL_OUTBOX = True
    monkeypatch.setattr(commands, "SMALL", {"people": 30, "interactions": 150})
    the_command_leaves_others_alone()
    the_command_tells_how_to_come_in(capsys)
    client = Client()
    assert client.login(username="alice@tarnandtrail.example", password=PASSWORD)
    answer_as_mina(client)
    write_as_somebody_new(client)


def the_command_leaves_others_alone():
    User.objects.create_user("eve@heard.example", name="Eve")
    assert commands.run(argparse.Namespace(small=True, set_up=list)) == commands.CANNOT
    User.objects.all().delete()


def the_command_tells_how_to_come_in(capsys):
    assert commands.run(argparse.Namespace(small=True, set_up=list)) == 0
    said = capsys.readouterr().out
    assert "alice@tarnandtrail.example" in said and PASSWORD in said and "/demo/mail/" in said
    count = Conversation.objects.count()
    assert commands.run(argparse.Namespace(small=True, set_up=list)) == 0
    assert Conversation.objects.count() == count


def answer_as_mina(client):
    conversation = Conversation.objects.get(subject="Which insole fits the Ridge boot?")
    data = {"once": "4dd1ee9c-3b9c-4b0c-a6c7-d3bd0a6a7d20", "to": "mina.okafor@fellmail.example", "body": "Take the thin one, in 40."}
    assert client.post(f"/conversations/{conversation.pk}/replies/", data).status_code == 303
    work_off()
    assert "mina.okafor@fellmail.example" in client.get("/demo/mail/").content.decode()
    [caught] = [one for one in sink.list_caught() if "mina.okafor@fellmail.example" in one.recipients]
    assert "Take the thin one" in client.get(f"/demo/mail/{caught.name}/").content.decode()
    assert client.post(f"/demo/mail/{caught.name}/", {"text": ""}).status_code == 422
    assert client.post(f"/demo/mail/{caught.name}/", {"text": "It fits, thank you."}).status_code == 302
    work_off()
    conversation.refresh_from_db()
    last = conversation.last_interaction
    assert (last.direction, last.text, last.authentication) == ("in", "It fits, thank you.", "pass")


def write_as_somebody_new(client):
    assert "Mina Okafor" in client.get("/demo/mail/new/").content.decode()
    data = {"name": "Nia Boateng", "address": "nia@inkmail.example", "subject": "Laces", "text": "Do you sell laces?"}
    assert client.post("/demo/mail/new/", data).status_code == 422
    data["mailbox"] = Mailbox.objects.first().pk
    assert client.post("/demo/mail/new/", data).status_code == 302
    work_off()
    assert Conversation.objects.get(subject="Laces").customer.display_name == "Nia Boateng"


def test_without_a_demo_there_is_no_sink(home, client):
    user = User.objects.create_user("eve@heard.example", name="Eve")
    client.force_login(user)
    assert [client.get(path).status_code for path in ("/demo/mail/", "/demo/mail/new/", "/demo/mail/any/")] == [404] * 3


def test_strange_names_find_no_file(home):
    assert sink.get_caught("..%2Fkeys") is None
    assert sink.get_caught("../demo") is None
