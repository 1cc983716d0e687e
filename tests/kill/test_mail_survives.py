"""Workers and imports are killed at any instant while mail comes in, history is imported and answers leave; in the end the books balance.

Filed exactly once. Handed over at least once; twice only when the worker that had handed it over was killed before it could write that
down, and then under the same Message-ID. The truth is what the test itself wrote, offered and got (`world`).
"""

import random
import time
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection

from heard.conversations.models import Conversation
from heard.events.consumers import ensure_consumers
from heard.events.models import Event
from heard.inbound.models import Inbound
from heard.lib.time import now
from heard.promises.services.policies import ensure_defaults
from heard.tasks.models import Task
from tests.factories import make_mailbox
from tests.kill import balance
from tests.kill.correspondence import TRUSTED_SERVER, Correspondence
from tests.kill.harness import Crew, kills_wanted, workers
from tests.kill.imports import Imports, imports_killed
from tests.kill.post_office import post_office
from tests.kill.world import World
from tests.servers.common import free_port

LIVES = 3  # the longest life is as long as it takes to start and file a letter, so many times over


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_however_often_they_are_killed(support, alice, tmp_path, capsys):
    ensure_defaults()
    ensure_consumers()
    kills, began = kills_wanted(), time.monotonic()
    with post_office() as office:
        mailbox = make_mailbox(
            support,
            smtp_host="127.0.0.1",
            smtp_port=office.port,
            smtp_encryption="none",
            acknowledges=True,
            trusted_authserv_id=TRUSTED_SERVER,
        )
        world = World(mailbox, alice, office, free_port(), Correspondence(mailbox.address))
        files = world.write_history(tmp_path, threads=kills * 2)
        with (
            workers("tests.kill.warm", with_services=True, HEARD_LMTP_ADDRESS=f"127.0.0.1:{world.lmtp_port}") as crew,
            imports_killed(files, mailbox.address, kills=max(2, kills // 25)) as imports,
            world.mail_server(),
        ):
            killed = kill_while_mail_flows(crew, world, kills)
            world.post()
            wait_until_all_has_come(crew, world, imports)
            let_ten_minutes_pass()
            wait_until_settled(crew)
        seconds = time.monotonic() - began
        assert imports.left_behind == [], "what an import began ends with it"
        again = balance.sent_again(world, killed)
    balance.every_original_is_filed_once(world)
    balance.every_sender_is_one_identity(world)
    balance.threads_are_as_written(world)
    balance.every_reply_is_said_once(world)
    balance.every_act_has_its_event(world)
    balance.every_promise_has_one_state(world)
    balance.everything_is_found(world)
    balance.no_work_is_stuck()
    balance.the_log_is_sealed()
    balance.the_doctor_finds_nothing()
    with capsys.disabled():
        print(
            f"\n{connection.vendor}: {crew.killed} workers and {imports.killed} imports killed, {seconds:.0f} s and "
            f"{time.monotonic() - began - seconds:.0f} s of balancing; {len(world.letters.letters)} letters in "
            f"{Conversation.objects.count()} conversations, {Event.objects.count()} events; {len(office.handed_over)} hand-overs, "
            f"{again} of them again, each after a kill"
        )


def kill_while_mail_flows(crew: Crew, world: World, kills: int) -> set[int]:
    """Kill the worker `kills` times; answers which processes. Every sixth dies just when the mail server has taken something from it.

    How long the others live depends on how fast this machine is today: a task whose worker dies 25 times with it is given up.
    """
    chance, killed = random.Random(0), set()
    longest = LIVES * median(killed_and_back(crew, world, killed) for _ in range(3))
    for number in range(kills - crew.killed):
        world.go_on()
        crew.wait_for_worker()
        if number % 6 == 5 and world.office.wait_for_next(1.0):
            time.sleep(chance.uniform(0, 0.004))
        else:
            time.sleep(chance.uniform(0, longest * (0.1 if chance.random() < 0.3 else 1)))
        crew.kill()
        killed.add(crew.last_pid)
    return killed


def killed_and_back(crew: Crew, world: World, killed: set[int]) -> float:
    """Seconds from a worker's death until its successor has filed a letter."""
    crew.kill()
    killed.add(crew.last_pid)
    died = time.monotonic()
    inbound = world.receive_one()
    crew.wait_until(lambda: not Inbound.objects.filter(pk=inbound.pk, state="received").exists())
    return time.monotonic() - died


def wait_until_all_has_come(crew: Crew, world: World, imports: Imports) -> None:
    """Let every letter be taken and the import come to its end; say what is missing when that takes too long."""
    try:
        crew.wait_until(lambda: world.is_all_handed_in and imports.ended_with is not None, seconds=240)
    except AssertionError as error:
        raise AssertionError(f"{world.waiting} letters wait at the listener, imports: {imports}") from error
    assert imports.ended_with == 0, imports.log.read_text()[-3000:]


def wait_until_settled(crew: Crew) -> None:
    """Let the last worker live until it has nothing in hand; say what it has when that takes too long."""
    try:
        crew.wait_until(lambda: not balance.in_hand(), seconds=240)
    except AssertionError as error:
        raise AssertionError(f"still in hand: {balance.in_hand()}") from error


def let_ten_minutes_pass() -> None:
    """An import files what it keeps; the task that does it when it was killed comes ten minutes later."""
    late = Task.objects.filter(name="heard.inbound.tasks.file_inbounds", state="queued", run_at__gt=now() + timedelta(minutes=1))
    late.update(run_at=now())
