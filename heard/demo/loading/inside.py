"""Questions between colleagues: some answered, so that one finds who knows; two open, one of them late and one told to the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from heard.accounts.models import Team
from heard.conversations.models import Ask, AskMail, AskMailState, Conversation
from heard.conversations.services.answering import answer_here
from heard.conversations.services.asking import ask_inside
from heard.demo.company import DOMAIN, Company
from heard.demo.loading.setting import Setting
from heard.demo.named import Stage
from heard.lib.time import frozen_at
from heard.tasks.models import Task


def load_inside(company: Company, setting: Setting, threads: dict[str, int]) -> None:
    """Let colleagues ask each other in the conversations that are open now. Only the newest is still on its way."""
    stage = Stage(company)
    for slug in ("warehouse", "accounts"):
        Team.objects.filter(pk=setting.teams[slug].pk).update(email=f"{slug}@{DOMAIN}")
        setting.teams[slug].refresh_from_db()

    def asked(thread: str, by: str, at: datetime, question: str, *, due: datetime, **whom: object) -> Ask:
        with frozen_at(at):
            conversation = Conversation.objects.get(pk=threads[thread])
            return ask_inside(conversation, by=setting.users[by], question=question, due_at=due, **whom)  # type: ignore[arg-type]

    def answered(ask: Ask, by: str, at: datetime, text: str) -> None:
        with frozen_at(at):
            answer_here(ask, user=setting.users[by], text=text)

    wax = stage.workday(7, 10, 15)
    ask = asked(
        "eleanor-wax", "alice", wax, "Must the old wax come off a Harrier before it is waxed again? It is in its seventh winter.",
        due=wax + timedelta(days=1), user=setting.users["priti"],
    )  # fmt: skip
    answered(
        ask, "priti", wax + timedelta(hours=3),
        "Not when it is only dull. When it is white in the folds it does: a warm iron and kitchen paper, never petrol. "
        "I have asked the maker about jackets older than five years.",
    )  # fmt: skip
    lid = stage.workday(2, 14, 0)
    ask = asked(
        "priya-kettle",
        "alice",
        lid,
        "Have you a lid with the spring for a Ghyll kettle?",
        due=lid + timedelta(hours=3),
        user=setting.users["sam"],
    )
    answered(ask, "sam", lid + timedelta(minutes=40), "Five in the drawer under the till. One goes into the post today.")
    refund = stage.workday(1, 10, 0)
    asked(
        "tomas-refund", "bob", refund, "The 385,00 € for the Fells 2 of order 20744: has it left us, and on which day?",
        due=refund + timedelta(hours=6), team=setting.teams["accounts"],
    )  # fmt: skip
    _sent_long_ago()
    said = Conversation.objects.get(pk=threads["ada-poles"]).last_interaction
    asked(
        "ada-poles", "bob", max(stage.ago(minutes=50), said.happened_at if said else stage.ago(minutes=50)),
        "Ada leaves in two days. Can one of the four pairs with a screw lock from the Leeds shop go to her today, by courier?",
        due=stage.ago(hours=-4), team=setting.teams["warehouse"], show_customer=True,
    )  # fmt: skip


def _sent_long_ago() -> None:
    """The mails of the questions so far went out in their day; the worker has nothing left to do for them."""
    AskMail.objects.filter(state=AskMailState.WAITING).update(state=AskMailState.SENT, attempts=1, finished_at=F("queued_at"))
    Task.objects.filter(name__endswith="send_ask_mail").delete()
