"""Reads about questions between colleagues: what was asked in a conversation, what waits inside, what somebody has to answer."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from heard.accounts.models import Membership, Team, User
from heard.accounts.selectors import readable_audience_ids
from heard.channels.email.selectors import all_own_addresses
from heard.conversations.models import Ask, AskAnswer, AskMail, Conversation
from heard.lib.prepared import attach, prepared, prepared_look_up

SHOWN = 100
"""Rows of a list of questions."""


class WaitingInside(NamedTuple):
    """What the customer may know of a wait among colleagues: with whom (a team, a first name, "a colleague"), and since when."""

    who: str
    since: datetime


def asks_of(conversation: Conversation) -> list[Ask]:
    """Every question asked in a conversation, oldest first, with whom it was put to, its answers and its mails. Three queries, or one."""
    asks = _asks_of(conversation.pk)
    ids = [ask.pk for ask in asks]
    attach(asks, "answers", _answers(ids), by="ask")
    attach(asks, "mails", _mails(ids), by="ask")
    return asks


@prepared_look_up
def _asks_of(number: int) -> QuerySet[Ask]:
    rows = Ask.objects.filter(question__conversation=number).select_related("user", "team", "by", "question", "withdrawn_by")
    return rows.order_by("asked_at", "pk")


@prepared_look_up
def _answers(asks: list[int]) -> QuerySet[AskAnswer]:
    return AskAnswer.objects.filter(ask__in=asks).select_related("user").order_by("at", "pk")


@prepared_look_up
def _mails(asks: list[int]) -> QuerySet[AskMail]:
    return AskMail.objects.filter(ask__in=asks)


def waiting_inside(conversation: Conversation) -> list[WaitingInside]:
    """With whom this is in hand, for the customer's page: open questions whose asker chose to show it, oldest first. One query.

    No words, no addresses and no family names. The same team or colleague is named once.
    """
    found: dict[str, WaitingInside] = {}
    for ask in asks_waiting_in(conversation.pk):
        who = ask.team.name if ask.team else ask.user.first_name if ask.user else _("a colleague")
        found.setdefault(who, WaitingInside(who, ask.asked_at))
    return list(found.values())


@prepared_look_up
def asks_waiting_in(number: int) -> QuerySet[Ask]:
    """Open questions in a conversation whose asker shows them to the customer, oldest first."""
    rows = Ask.objects.filter(question__conversation=number, is_shown_to_customer=True, answered_at=None, withdrawn_at=None)
    return rows.select_related("user", "team").order_by("asked_at", "pk")


def _put_to(actor: User) -> Q:
    """Questions put to `actor`, or to a team of theirs."""
    return Q(user=actor) | Q(team__memberships__user=actor)


def asked_of(actor: User) -> list[Ask]:
    """What `actor` and their teams are asked and nobody has answered yet, the most urgent first. One query."""
    rows = Ask.objects.filter(_put_to(actor), answered_at=None, withdrawn_at=None).exclude(by=actor).distinct()
    return list(rows.select_related("by", "team", "user", "question__interaction").order_by("due_at", "pk")[:SHOWN])


def asked_by(actor: User) -> list[Ask]:
    """What `actor` asked others and waits for, the most urgent first, as far as they may still read the conversation. Two queries."""
    rows = Ask.objects.filter(
        by=actor, answered_at=None, withdrawn_at=None, question__interaction__audience__in=readable_audience_ids(actor)
    )
    rows = rows.select_related("user", "team", "question__interaction", "question__conversation__customer")
    return list(rows.prefetch_related("mails").order_by("due_at", "pk")[:SHOWN])


def get_ask(actor: User, number: int) -> Ask:
    """A question that `actor` may see: it was put to them or their team, or they may read its conversation. Http404 otherwise."""
    readable = Q(question__interaction__audience__in=readable_audience_ids(actor))
    rows = Ask.objects.filter(_put_to(actor) | readable, pk=number).distinct()
    ask = rows.select_related("user", "team", "by", "question__interaction", "question__conversation", "included").first()
    if ask is None:
        raise Http404
    return ask


def answered_for(actor: User) -> list[Ask]:
    """What `actor` asked and others answered, the latest first, as far as they may still read the conversation. Two queries."""
    rows = Ask.objects.filter(by=actor, answered_at__isnull=False, question__interaction__audience__in=readable_audience_ids(actor))
    rows = rows.select_related("user", "team", "question__interaction", "question__conversation__customer")
    return list(rows.prefetch_related("answers__message__interaction", "answers__user").order_by("-answered_at", "-pk")[:20])


def asked_count(actor: User) -> int:
    """How many questions wait for `actor` or their teams, for the rail: at most 101. One query."""
    return len(_asked_of(actor.pk))


@prepared
def _asked_of(user: int) -> QuerySet[Ask, int]:
    teams = Membership.objects.filter(user=user).values("team")
    rows = Ask.objects.filter(Q(user=user) | Q(team__in=teams), answered_at=None, withdrawn_at=None).exclude(by=user)
    return rows.order_by().values_list("pk", flat=True)[: SHOWN + 1]


def is_put_to(ask: Ask, actor: User) -> bool:
    """Whether `actor` or a team of theirs is asked. One query at most."""
    return ask.user_id == actor.pk or (ask.team_id is not None and actor.memberships.filter(team=ask.team_id).exists())


def whom_to_ask(actor: User) -> tuple[list[User], list[Team]]:
    """Every other active colleague and every team, by name. Two queries."""
    return list(User.objects.filter(is_active=True, is_program=False).exclude(pk=actor.pk).order_by("name")), list(
        Team.objects.order_by("name")
    )


def company_domains() -> set[str]:
    """The domains at which colleagues, teams and mailboxes have their addresses. Three queries."""
    addresses = {*User.objects.values_list("email", flat=True), *Team.objects.exclude(email="").values_list("email", flat=True)}
    return {address.rpartition("@")[2].lower() for address in addresses | all_own_addresses()}
