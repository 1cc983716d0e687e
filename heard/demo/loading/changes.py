"""Improvements with their decisions, who was told what came of it, and what they answered."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from heard.conversations.models import Delivery, DeliveryState, Message
from heard.demo.company import Company
from heard.demo.loading.setting import Setting
from heard.demo.meanings import CHANGES, Change, Letter
from heard.events import NewEvent, record_events
from heard.events.models import Event
from heard.improvements.models import Answer, Improvement, Told, ToldState
from heard.improvements.services.answering import allow_quote, answer_telling
from heard.improvements.services.deciding import decide
from heard.improvements.services.deliveries import note_deliveries
from heard.improvements.services.evidence import add_evidence
from heard.improvements.services.loop import rebuild_loop
from heard.improvements.services.proposing import propose_improvement
from heard.improvements.services.telling import queue_telling, tell_everyone, write_telling
from heard.improvements.services.window import show_quote
from heard.insights.models import Signal
from heard.lib.time import frozen_at, now
from heard.tasks.models import Task

DONE_ALREADY = ("queue_telling", "refresh_loop", "deliver_message", "deliver_telling")
HOUR = timedelta(hours=1)
Act = tuple[datetime, Callable[[], None]]


def load_changes(company: Company, setting: Setting, signals: dict[str, list[Signal]]) -> dict[str, Improvement]:
    """Live through what was proposed, decided and told, in order of time; answers the improvements by key."""
    made: dict[str, Improvement] = {}
    acts = [act for change in CHANGES for act in _acts(change, company, setting, signals.get(change.subject, []), made)]
    for moment, act in sorted(acts, key=lambda one: one[0]):
        with frozen_at(moment):
            act()
    _answer(company)
    for name in DONE_ALREADY:
        Task.objects.filter(name__endswith=name).delete()
    rebuild_loop()
    return made


def _acts(change: Change, company: Company, setting: Setting, signals: list[Signal], made: dict[str, Improvement]) -> list[Act]:
    """What happened with one improvement. Words that came after it was proposed are added some days later, by its owner."""
    owner = setting.users[change.owner]
    proposed = _at(company, change.days, 10)

    def propose() -> None:
        made[change.key] = propose_improvement(
            change.title, by=owner, what_changes=change.what, for_whom=change.whom, expected_effect=change.effect,
            signals=[signal for signal in signals if signal.at <= proposed],
        )  # fmt: skip

    def collect(until: datetime) -> Callable[[], None]:
        later = [signal for signal in signals if proposed < signal.at <= until]
        return lambda: _done(add_evidence(made[change.key], later, by=owner))

    def decided(state: str, reason: str) -> Callable[[], None]:
        return lambda: _decide(made[change.key], state, reason)

    acts: list[Act] = [(proposed, propose)]
    acts += [(_at(company, step.days, 14), decided(step.state, step.reason)) for step in change.steps]
    if change.letter is not None:
        told = _at(company, change.letter.days, 11)
        acts += [(told - HOUR, collect(told - HOUR)), (told, lambda: _tell(made[change.key], change.letter))]  # type: ignore[arg-type]
    acts.append((company.now - HOUR, collect(company.now - HOUR)))
    return acts


def _done(_: object) -> None:
    """An act whose answer nobody needs."""


def _at(company: Company, days: int, hour: int) -> datetime:
    """That many days ago at about that hour; never ahead of now."""
    return min(company.now.replace(hour=hour, minute=12) - timedelta(days=days), company.now - HOUR)


def _decide(improvement: Improvement, state: str, reason: str) -> None:
    decide(improvement, state=state, by=improvement.owner, public_reason=reason, is_public=bool(reason))


def _tell(improvement: Improvement, letter: Letter) -> None:
    """Tell everybody who asked for it, and let the letters have arrived: what the worker and the mail servers would have done."""
    telling = tell_everyone(write_telling(improvement, by=improvement.owner, text_en=letter.en, text_es=letter.es), by=improvement.owner)
    queue_telling(telling.pk)
    rows = list(Told.objects.filter(telling=telling, state=ToldState.QUEUED).select_related("message__delivery", "message__interaction"))
    _arrive(rows, bounced=letter.bounced)


@transaction.atomic
def _arrive(rows: list[Told], *, bounced: int) -> None:
    """Every letter arrived at once, but for `bounced` of them, spread over all."""
    lost = {(number * 2 + 1) * len(rows) // (2 * bounced) for number in range(bounced)} if bounced else set()
    letters = [(told, message) for told in rows if (message := told.message) is not None]
    events = [_handed_over(told, message, came_back=number in lost) for number, (told, message) in enumerate(letters)]
    fields = ["attempts", "last_reply", "finished_at", "state", "bounced_at", "last_problem", "refused", "accepted"]
    Delivery.objects.bulk_update([message.delivery for _, message in letters], fields, batch_size=200)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    record_events(events)
    note_deliveries(list(Event.objects.filter(pk__gt=last, kind__in=["message.delivered", "message.bounced"]).order_by("pk")))


def _handed_over(told: Told, message: Message, *, came_back: bool) -> NewEvent:
    """What the mail server said of one letter, in its delivery and as an event."""
    delivery = message.delivery
    delivery.attempts, delivery.last_reply, delivery.finished_at = 1, "250", delivery.queued_at
    facts: dict[str, Any] = {"conversation_id": message.conversation_id, "interaction_id": message.interaction_id}
    if came_back:
        delivery.state, delivery.bounced_at, delivery.last_problem = DeliveryState.BOUNCED, delivery.queued_at + HOUR, "bounced"
        delivery.refused = [{"address": address, "code": 550} for address in delivery.recipients]
        facts |= {"identity_id": told.identity_id, "is_permanent": True}
    else:
        delivery.state, delivery.accepted = DeliveryState.SENT, delivery.recipients
        facts["attempts"] = 1
    return NewEvent("message.bounced" if came_back else "message.delivered", message, None, message.interaction.audience_id, fields=facts)


def _answer(company: Company) -> None:
    """Some say within days that it helped, a few that it did not. Chosen by the seed, so the same company says the same."""
    rng = random.Random(f"answers {company.seed}")
    letters = {change.title: change.letter for change in CHANGES if change.letter is not None}
    chosen: list[tuple[datetime, Told, str]] = []
    for told in Told.objects.filter(state=ToldState.TOLD).select_related("improvement").order_by("improvement_id", "conversation_id"):
        letter = letters[told.improvement.title]
        drawn = rng.random() * 100
        at = (told.told_at or company.now) + timedelta(hours=rng.expovariate(1 / 30) + 0.5)
        if drawn < letter.solved + letter.not_for_me and at < company.now - HOUR:
            chosen.append((at, told, Answer.SOLVED if drawn < letter.solved else Answer.NOT_FOR_ME))
    answered: list[Told] = []
    for at, told, answer in sorted(chosen, key=lambda one: one[0]):
        with frozen_at(at):
            answered.append(answer_telling(told, answer=answer))
    _quote([told for told in answered if told.answer == Answer.SOLVED])


def _quote(told: list[Told]) -> None:
    """Some of those whom it helped agreed to be quoted, by first name or without; the owner shows two of each improvement."""
    for improvement in sorted({one.improvement_id for one in told}):
        for number, one in enumerate([each for each in told if each.improvement_id == improvement and each.answered_at][:3]):
            with frozen_at(one.answered_at or now()):
                consent = allow_quote(one, name=one.identity.display_name.split()[0] if number != 1 else "")
                if consent is not None and number < 2:
                    show_quote(consent, is_shown=True, by=one.improvement.owner)
