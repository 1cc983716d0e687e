"""A worker that tells hundreds of people is killed again and again: each is told once, and a mail that was handed over twice is the same mail."""

import random
import time
from collections import Counter

import pytest

from heard.conversations.models import Delivery, Message
from heard.events.consumers import ensure_consumers
from heard.improvements.models import Telling, Told
from heard.improvements.services.telling import tell_everyone, write_telling
from heard.promises.services.policies import ensure_defaults
from tests.factories import make_mailbox, make_user
from tests.factories.crowd import make_crowd
from tests.kill.harness import kills_wanted, workers
from tests.kill.post_office import post_office

PEOPLE = 600


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_everybody_is_told_once_however_often_the_worker_is_killed(support):
    ensure_defaults()
    ensure_consumers()
    dora = make_user("Dora", role="lead", teams=(support,))
    with post_office() as office:
        mailbox = make_mailbox(support, smtp_host="127.0.0.1", smtp_port=office.port, smtp_encryption="none")
        improvement = make_crowd(mailbox, PEOPLE, by=dora)
        telling = write_telling(improvement, by=dora, text_en="Every pair has a screw lock now.")
        chance, kills = random.Random(7), max(5, kills_wanted() // 20)
        with workers(with_services=True) as crew:
            tell_everyone(telling, by=dora)
            for number in range(kills):
                crew.wait_for_worker()
                # the first ones while it queues, the others while it hands over
                wait_for(lambda wanted=number: Message.objects.filter(kind="telling").count() >= min(PEOPLE, 100 * wanted), seconds=60)
                time.sleep(chance.uniform(0, 0.4))
                crew.kill()
            crew.wait_until(lambda: Telling.objects.filter(pk=telling.pk, finished_at__isnull=False).exists())
            crew.wait_until(lambda: not Told.objects.filter(state="queued").exists(), seconds=240)

    assert Told.objects.filter(state="told").count() == PEOPLE
    assert Told.objects.values("identity").distinct().count() == Message.objects.filter(kind="telling").count() == PEOPLE
    assert Delivery.objects.filter(state="sent").count() == PEOPLE
    handed_over = office.by_message_id()
    assert Counter(one[0].recipients for one in handed_over.values()) == {(f"walker{number}@crowd.example",): 1 for number in range(PEOPLE)}
    twice = sum(len(one) - 1 for one in handed_over.values())
    assert twice <= crew.killed * 2, "only what was in hand when a worker died goes out again, under the same Message-ID"


def wait_for(condition, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
