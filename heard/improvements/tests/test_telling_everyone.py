"""Everybody who raised it is told: each once, in the conversation in which they said it."""

import json
from datetime import timedelta

import pytest

from heard.conversations.models import Message
from heard.conversations.services.closing import close_conversation
from heard.conversations.services.outgoing import mail_of
from heard.improvements.loop_selectors import told_figures
from heard.improvements.models import Decision, Told
from heard.improvements.recipients import plan_telling
from heard.improvements.services.answering import answer_telling, end_tellings
from heard.improvements.services.proposing import NotYourImprovement
from heard.improvements.services.telling import (
    DecidedSince,
    NothingToTell,
    PreviewIsOld,
    queue_telling,
    tell_everyone,
    withdraw_telling,
    write_telling,
)
from heard.improvements.tests.scene import WORDS, ask_for_it, change, finish
from heard.lib.time import now
from heard.people.models import Identifier, Identity
from heard.people.services.contact import note_contacts
from heard.people.services.decisions import decide_same, retract_decision
from heard.portal.exporting import of_everything
from heard.promises.services.policies import ensure_defaults
from heard.tasks.models import Task
from tests.factories import make_mailbox, make_team, make_user, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox():
    return make_mailbox(make_team())


@pytest.fixture
def dora(mailbox):
    return make_user("Dora", role="lead", teams=(mailbox.team,))


@pytest.fixture
def improvement(mailbox, dora):
    made = change(dora, ask_for_it(mailbox, dora, 5))
    finish(made, dora)
    return made


def tell(improvement, by, **words):
    telling = write_telling(improvement, by=by, **(words or {"text_en": "Every pair has a screw lock now."}))
    tell_everyone(telling, by=by)
    queue_telling(telling.pk)
    return telling


def told_by_address(decision=None):
    rows = Told.objects.exclude(message=None) if decision is None else Told.objects.exclude(message=None).filter(decision=decision)
    return sorted(rows.values_list("message__delivery__recipients", flat=True))


def test_each_hears_it_once_where_they_said_it(improvement, dora):
    tell(improvement, dora)
    assert told_by_address() == [[f"walker{number}@example.org"] for number in range(5)]
    for told in Told.objects.select_related("message__interaction", "signal__interaction"):
        assert told.message.conversation_id == told.conversation_id == told.signal.interaction.message.conversation_id
        assert told.message.interaction.text.startswith("Hello Walker,")


def test_a_second_telling_tells_nobody_twice(improvement, dora):
    first = tell(improvement, dora)
    queue_telling(first.pk)
    tell(improvement, dora)
    assert Told.objects.count() == Message.objects.filter(kind="telling").count() == 5


def test_the_mail_reminds_them_of_their_words_which_are_stored_once(improvement, dora):
    tell(improvement, dora)
    message = Message.objects.filter(kind="telling").select_related("interaction").first()
    mail = mail_of(Message.objects.get(pk=message.pk))
    assert WORDS in mail.text and "/told/" in mail.text
    assert WORDS not in message.interaction.text and "/told/" not in message.interaction.text


def test_words_that_were_erased_are_not_in_the_mail(improvement, dora):
    tell(improvement, dora)
    told = Told.objects.select_related("signal__interaction").first()
    told.signal.interaction.erased_at = now()
    told.signal.interaction.save()
    assert WORDS not in mail_of(Message.objects.get(pk=told.message_id)).text


def test_spanish_readers_read_spanish(improvement, dora):
    Identity.objects.filter(identifiers__value="walker3@example.org").update(language="es")
    tell(improvement, dora, text_en="It holds now.", text_es="Ahora aguanta.")
    spanish = Told.objects.get(identity__identifiers__value="walker3@example.org").message.interaction
    assert "Ahora aguanta." in spanish.text and spanish.language == "es"
    assert Message.objects.filter(kind="telling", interaction__text__contains="It holds now.").count() == 4


def test_who_joined_before_is_told_once(improvement, dora):
    one, other = Identity.objects.order_by("pk")[:2]
    decide_same(one, other, by=dora)
    tell(improvement, dora)
    assert Message.objects.filter(kind="telling").count() == 4
    assert told_figures(Decision.objects.latest("pk")).raised == 4


def test_who_is_parted_after_is_told_the_first_time_and_the_other_not_again(improvement, dora):
    one, other = Identity.objects.order_by("pk")[:2]
    decision = decide_same(one, other, by=dora)
    tell(improvement, dora)
    retract_decision(decision, by=dora)
    tell(improvement, dora)
    assert told_by_address() == [[f"walker{number}@example.org"] for number in range(5)]


def test_whom_we_cannot_reach_is_noted_with_the_reason(improvement, dora):
    identities = list(Identity.objects.order_by("pk"))
    Identifier.objects.filter(identity=identities[0]).delete()
    Identity.objects.filter(pk=identities[1].pk).update(bounced_at=now())
    telling = tell(improvement, dora)
    assert dict(Told.objects.filter(state="no_way").values_list("identity_id", "cause")) == {
        identities[0].pk: "no_address", identities[1].pk: "bounced",
    }  # fmt: skip
    assert Told.objects.filter(telling=telling, state="queued").count() == 3


def test_who_can_be_reached_later_is_told_then(improvement, dora):
    identity = Identity.objects.order_by("pk").first()
    Identity.objects.filter(pk=identity.pk).update(bounced_at=now())
    tell(improvement, dora)
    Identity.objects.filter(pk=identity.pk).update(bounced_at=None)
    tell(improvement, dora)
    assert Told.objects.get(identity=identity).state == "queued"
    assert Message.objects.filter(kind="telling").count() == 5


def test_who_wants_no_such_mail_gets_none(improvement, dora):
    tell(improvement, dora)
    told = Told.objects.order_by("pk").first()
    end_tellings(told)
    finish(improvement, dora, state="doing", reason="We go on.")
    tell(improvement, dora)
    last = Decision.objects.latest("pk")
    assert Told.objects.get(decision=last, identity=told.identity).cause == "refused"


def test_who_heard_from_us_lately_hears_it_when_they_have_rested(improvement, dora, settings):
    settings.REST_DAYS = 7
    identity = Identity.objects.order_by("pk").first()
    note_contacts([identity.pk], purpose="outcomes", at=now() - timedelta(days=6))
    telling = write_telling(improvement, by=dora, text_en="It holds.")
    tell_everyone(telling, by=dora)
    Task.objects.all().delete()  # as if a worker had taken it
    queue_telling(telling.pk)
    held = Told.objects.get(identity=identity)
    assert held.state == "held" and timedelta(hours=23) < held.held_until - now() < timedelta(hours=25)
    assert Task.objects.get(name__endswith="queue_telling", dedupe__isnull=False).run_at >= now()
    identity.contacts.update(at=now() - timedelta(days=8))
    queue_telling(held.telling_id)
    assert Told.objects.get(identity=identity).state == "queued"
    assert Message.objects.filter(kind="telling").count() == 5


def test_what_was_said_after_the_preview_waits_for_the_next_telling(improvement, mailbox, dora):
    from heard.improvements.services.evidence import add_evidence

    telling = write_telling(improvement, by=dora, text_en="It holds.")
    add_evidence(improvement, ask_for_it(mailbox, dora, 1, first=9), by=dora)
    tell_everyone(telling, by=dora)
    queue_telling(telling.pk)
    assert Told.objects.count() == 5
    figures = told_figures(Decision.objects.latest("pk"))
    assert (figures.raised, figures.since, figures.untold) == (6, 1, 1)
    tell(improvement, dora)
    assert Told.objects.count() == 6


def test_a_stopped_telling_goes_no_further(improvement, dora):
    telling = write_telling(improvement, by=dora, text_en="It holds.")
    tell_everyone(telling, by=dora)
    withdraw_telling(telling, by=dora)
    queue_telling(telling.pk)
    assert not Told.objects.exists()


def test_what_may_not_be_told_is_refused(improvement, mailbox, dora):
    alice = make_user("Alice", teams=(mailbox.team,))
    with pytest.raises(NotYourImprovement):
        write_telling(improvement, by=alice, text_en="It holds.")
    with pytest.raises(NothingToTell):
        write_telling(improvement, by=dora, text_en="  ")
    telling = write_telling(improvement, by=dora, text_en="It holds.")
    telling.previewed_at -= timedelta(days=2)
    telling.save()
    with pytest.raises(PreviewIsOld):
        tell_everyone(telling, by=dora)
    finish(improvement, dora, state="declined", reason="Too dear.")
    with pytest.raises(DecidedSince):
        tell_everyone(telling, by=dora)


def test_told_is_who_got_the_mail_and_bounced_who_did_not(improvement, dora):
    tell(improvement, dora)
    work_off()
    assert {told.state for told in Told.objects.all()} <= {"queued", "told", "bounced"}


def test_answers_are_counted_once_and_the_last_one_holds(improvement, dora):
    tell(improvement, dora)
    told = Told.objects.order_by("pk").first()
    answer_telling(told, answer="solved")
    answer_telling(told, answer="solved")
    answer_telling(told, answer="not_for_me")
    figures = told_figures(Decision.objects.latest("pk"))
    assert (figures.told, figures.solved, figures.not_for_me, figures.queued) == (1, 0, 1, 4)


def test_words_with_an_answer_open_the_conversation(improvement, dora):
    ensure_defaults()
    tell(improvement, dora)
    told = Told.objects.order_by("pk").select_related("conversation").first()
    close_conversation(told.conversation, by=dora, reason="solved")
    answer_telling(told, answer="not_for_me", words="I wear mittens.")
    told.conversation.refresh_from_db()
    assert told.conversation.is_open and told.conversation.waiting_since is not None


def test_the_plan_reads_the_same_for_few_and_many(mailbox, dora, django_assert_max_num_queries):
    made = change(dora, ask_for_it(mailbox, dora, 12))
    decision = finish(made, dora)
    with django_assert_max_num_queries(12):
        plan = plan_telling(decision, until=now())
    assert (plan.raised, len(plan.ready), plan.already) == (12, 12, 0)


def test_whoever_asks_what_we_hold_reads_what_they_were_told(improvement, dora):
    tell(improvement, dora)
    told = Told.objects.order_by("pk").first()
    answer_telling(told, answer="solved")
    held = json.loads("".join(of_everything(told.identity_id)))
    assert '"answer": "solved"' in json.dumps(held) and "outcomes" in json.dumps(held)
