"""Mailboxes and conversations in the states that tests ask for."""

from datetime import datetime, timedelta

from heard.accounts.models import Team, User
from heard.accounts.services.audiences import audience_of
from heard.channels.email.models import Mailbox
from heard.conversations.models import Conversation, Message
from heard.conversations.services.standing import settle
from heard.people.models import Identity
from heard.timeline.services.recording import NewInteraction, record_interaction
from tests.factories.people import MONDAY_MORNING, make_customer


def make_mailbox(team: Team, *, address: str = "", **fields: object) -> Mailbox:
    """The mailbox of a team; nothing is sent from it until a test gives it an SMTP server."""
    address = address or f"{team.name.lower()}@heard.example"
    fields.setdefault("name", team.name)
    return Mailbox.objects.create(address=address, team=team, audience=audience_of([team]), **fields)


def make_conversation(
    mailbox: Mailbox,
    *,
    customer: Identity | None = None,
    subject: str = "Where is my parcel?",
    text: str = "I ordered a kettle a week ago. Where is it?",
    at: datetime = MONDAY_MORNING,
    assignee: User | None = None,
    answered: bool = False,
    **fields: object,
) -> Conversation:
    """A customer has written and waits; with `answered` we spoke last, an hour later."""
    customer = customer or make_customer(audience=mailbox.audience, at=at)
    conversation = Conversation(
        subject=subject, audience=mailbox.audience, team=mailbox.team, mailbox=mailbox, customer=customer, assignee=assignee,
        opened_at=at, last_message_at=at, last_direction="in", waiting_since=at, order_at=at, **fields,
    )  # fmt: skip
    settle(conversation).save()
    say(conversation, "in", text, at=at)
    if answered:
        say(conversation, "out", "It leaves today.", at=at + timedelta(hours=1))
    return conversation


def say(conversation: Conversation, direction: str, text: str, *, at: datetime, author: User | None = None) -> Message:
    """Put one more message into a conversation as if it had come or gone at `at`, and move its standing."""
    role = "from" if direction == "in" else "to"
    interaction = record_interaction(
        NewInteraction(
            audience=conversation.audience,
            channel="email",
            direction=direction,
            kind="message",
            happened_at=at,
            text=text,
            author=author,
            parties=[(conversation.customer, role)],
        )
    )
    conversation.last_interaction, conversation.last_message_at, conversation.last_direction = interaction, at, direction
    conversation.waiting_since = (conversation.waiting_since or at) if direction == "in" else None
    settle(conversation).save()
    return Message.objects.create(
        conversation=conversation, interaction=interaction, subject=conversation.subject, mailbox=conversation.mailbox,
        message_id=f"{interaction.pk}@example.org",
    )  # fmt: skip
