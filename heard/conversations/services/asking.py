"""Help from inside: a colleague, a team or any address of the company is asked within a conversation, and may be asked no longer.

A question is an internal interaction, like a note; the customer neither sees it nor waits less for it. It goes out as a mail of its own,
which no mail to the customer refers to and which carries no token of the conversation.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import Team, User
from heard.channels.email.rules import base_address
from heard.channels.email.selectors import all_own_addresses
from heard.conversations.models import Ask, AskMail, AskMailKind, AskMailState, Conversation, Message
from heard.conversations.services.ask_links import new_link_seed
from heard.conversations.services.inner_words import record_inner_words
from heard.conversations.services.messages import said_already
from heard.conversations.tasks import send_ask_mail_soon
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.errors import Refusal
from heard.lib.time import now
from heard.people.models import Identifier
from heard.people.rules import normalise_email
from heard.timeline.models import Interaction

LINK_LIVES = timedelta(days=30)
"""How long after its due time the link of a question shows it."""
LATEST = timedelta(days=366)
REMINDED_AT_ONCE = 100


class NobodyToAsk(Refusal):
    """There is no way to reach whom was asked."""


@transaction.atomic
def ask_inside(
    conversation: Conversation,
    *,
    by: User,
    question: str,
    due_at: datetime,
    user: User | None = None,
    team: Team | None = None,
    address: str = "",
    show_customer: bool = False,
    include: Interaction | None = None,
    once: UUID | None = None,
) -> Ask:
    """Ask exactly one of a colleague, a team and an address, and send them the question.

    An address of a colleague or a team means them. `include` is what the customer said that the question shows as well; `show_customer` lets
    the customer's page say with whom it is. A second call with the same `once` returns the first. Raises Refusal in words for people.
    """
    conversation = lock(conversation)
    if (said := said_already(by, once)) is not None:
        return Ask.objects.get(question=said)
    user, team, address = _resolved(user, team, address.strip())
    _refuse_nonsense(conversation, by, question, due_at, user, include)
    recipients = _recipients(conversation, by, user, team, address)
    moment = now()
    words = record_inner_words(conversation, author=by, text=question.strip(), kind="ask", once=once)
    ask = Ask.objects.create(
        question=words, by=by, user=user, team=team, address=address, included=include, is_shown_to_customer=show_customer,
        link_seed=new_link_seed(), asked_at=moment, due_at=due_at, expires_at=due_at + LINK_LIVES,
    )  # fmt: skip
    record_event(
        "ask.made", ask, actor=by, audience_id=conversation.audience_id, conversation_id=conversation.pk, interaction_id=words.interaction_id,
        user_id=user.pk if user else None, team_id=team.pk if team else None, due_at=due_at, is_shown=show_customer,
    )  # fmt: skip
    if recipients:
        _send(ask, AskMailKind.QUESTION, recipients, at=moment)
    return ask


@transaction.atomic
def withdraw_ask(ask: Ask, *, by: User) -> Ask:
    """Nobody needs to answer any more; who was asked is told, if the question reached them. Twice does no harm.

    What they write all the same is kept, with a note that it came later. Raises Refusal when it was answered.
    """
    ask = lock(ask)
    if ask.withdrawn_at is not None:
        return ask
    if ask.answered_at is not None:
        raise Refusal(_("It is answered already."))
    ask.withdrawn_at, ask.withdrawn_by = now(), by
    ask.save(update_fields=["withdrawn_at", "withdrawn_by"])
    conversation = conversation_of(ask)
    record_event("ask.withdrawn", ask, actor=by, audience_id=conversation.audience_id, conversation_id=conversation.pk)
    sent = ask.mails.filter(kind=AskMailKind.QUESTION, state=AskMailState.SENT).first()
    if sent is not None:
        _send(ask, AskMailKind.WITHDRAWAL, sent.recipients, at=ask.withdrawn_at)
    return ask


@transaction.atomic
def remind_due(at: datetime) -> int:
    """Remind, once, whoever was due to answer until `at`; up to a hundred. Answers how many questions were overdue."""
    due = Ask.objects.filter(due_at__lte=at, answered_at=None, withdrawn_at=None, reminded_at=None).order_by("due_at", "pk")
    asks = lock(Ask.objects.filter(pk__in=list(due.values_list("pk", flat=True)[:REMINDED_AT_ONCE])))
    overdue = [ask for ask in asks if ask.is_open and ask.reminded_at is None]
    for ask in overdue:
        ask.reminded_at = at
        ask.save(update_fields=["reminded_at"])
        conversation = conversation_of(ask)
        record_event("ask.overdue", ask, audience_id=conversation.audience_id, conversation_id=conversation.pk, due_at=ask.due_at)
        sent = ask.mails.filter(kind=AskMailKind.QUESTION, state__in=[AskMailState.SENT, AskMailState.WAITING]).first()
        if sent is not None:
            _send(ask, AskMailKind.REMINDER, sent.recipients, at=at)
    return len(overdue)


def conversation_of(ask: Ask) -> Conversation:
    """The conversation in which the question stands now: joining moves it. One query."""
    return Conversation.objects.select_related("mailbox").get(messages=ask.question_id)


def _resolved(user: User | None, team: Team | None, address: str) -> tuple[User | None, Team | None, str]:
    """Whom it goes to: an address that belongs to a colleague or a team means them."""
    if sum(1 for each in (user, team, address) if each) != 1:
        raise Refusal(_("Say whom to ask: one colleague, one team or one address."))
    if not address:
        return user, team, ""
    try:
        validate_email(address)
    except ValidationError:
        raise Refusal(_("“%(address)s” is not an e-mail address.") % {"address": address}) from None
    if (colleague := User.objects.filter(email=address.lower(), is_active=True, is_program=False).first()) is not None:
        return colleague, None, ""
    if (known := Team.objects.filter(email__iexact=address).first()) is not None:
        return None, known, ""
    return None, None, address


def _refuse_nonsense(
    conversation: Conversation, by: User, question: str, due_at: datetime, user: User | None, include: Interaction | None
) -> None:
    if not by.can_write:
        raise Refusal(_("Readers do not ask."))
    if not question.strip():
        raise Refusal(_("There is no question yet. Write a sentence first."))
    if user is not None and user.pk == by.pk:
        raise Refusal(_("You cannot ask yourself. Leave a note instead."))
    if user is not None and not user.is_active:
        raise Refusal(_("%(name)s does not work here any more.") % {"name": user.name})
    if not now() < due_at < now() + LATEST:
        raise Refusal(_("The answer is due in the past, or more than a year from now. Choose another time."))
    if include is not None and not _may_be_included(conversation, include):
        raise Refusal(_("Only what the customer said in this conversation can be shown."))


def _may_be_included(conversation: Conversation, said: Interaction) -> bool:
    is_here = Message.objects.filter(conversation=conversation, interaction=said).exists()
    return is_here and said.direction == "in" and said.erased_at is None


def _recipients(conversation: Conversation, by: User, user: User | None, team: Team | None, address: str) -> list[str]:
    """To which addresses the question goes. Empty for a colleague who can only be asked in Heard, for want of a mailbox to ask from."""
    ours = all_own_addresses()
    wanted = [user.email] if user else [address] if address else _addresses_of(team, but=by, ours=ours)
    reachable = [each for each in wanted if not {each.lower(), base_address(each)} & ours]
    if address and not reachable:
        raise NobodyToAsk(_("That is a mailbox of our own: the question would come back here. Ask a team or a colleague."))
    if team is not None and not reachable:
        raise NobodyToAsk(_("Nobody can be reached in %(team)s. It has neither an address nor other members.") % {"team": team.name})
    _refuse_the_customer(conversation, reachable if address else [])
    if conversation.mailbox is None and address:
        raise NobodyToAsk(_("This conversation has no mailbox to ask from. Ask a colleague who uses Heard."))
    return reachable if conversation.mailbox is not None else []


def _addresses_of(team: Team | None, *, but: User, ours: set[str]) -> list[str]:
    """A team's own address; where it has none, or one whose mail would come back to us, those of its members."""
    if team is None:
        return []
    if team.email and not {team.email.lower(), base_address(team.email)} & ours:
        return [team.email]
    return list(team.members.filter(is_active=True, is_program=False).exclude(pk=but.pk).order_by("name").values_list("email", flat=True))


def _refuse_the_customer(conversation: Conversation, addresses: list[str]) -> None:
    """What colleagues say to each other must not go to somebody who takes part as a customer."""
    if not addresses:
        return
    parties = Identifier.objects.filter(
        kind="email",
        value__in=[normalise_email(each) for each in addresses],
        identity__parties__interaction__message__conversation=conversation,
    )
    if parties.exclude(identity__parties__role="about").exists() or parties.filter(identity=conversation.customer_id).exists():
        raise Refusal(_("That is an address of the customer, or of somebody who wrote in this conversation. Reply to them instead."))


def _send(ask: Ask, kind: str, recipients: list[str], *, at: datetime) -> None:
    mail, is_new = AskMail.objects.get_or_create(ask=ask, kind=kind, defaults={"recipients": recipients, "queued_at": at})
    if is_new:
        send_ask_mail_soon(mail.pk)
