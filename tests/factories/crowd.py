"""Thousands of people who said the same, written past the services: for what is measured and for what is killed on the way."""

from datetime import datetime, timedelta

from django.db import transaction

from heard.accounts.models import User
from heard.channels.email.models import Mailbox
from heard.conversations.models import Conversation, Message
from heard.improvements.models import Evidence, Improvement
from heard.improvements.services.deciding import decide
from heard.improvements.services.proposing import propose_improvement
from heard.insights.models import Signal
from heard.lib.time import now
from heard.people.models import Identifier, Identity, IdentityAudience
from heard.timeline.models import Interaction, InteractionParty

SAID = "The lower lock slips on every descent."
AT_ONCE = 2_000


def make_crowd(mailbox: Mailbox, number: int, *, by: User, domain: str = "crowd.example") -> Improvement:
    """`number` people, each with a conversation in which they said it, the words marked, and the change done."""
    improvement = propose_improvement("A lock that holds when it is wet", by=by)
    at = now() - timedelta(days=30)
    for start in range(0, number, AT_ONCE):
        with transaction.atomic():
            _some(mailbox, range(start, min(number, start + AT_ONCE)), improvement, at, domain)
    decide(improvement, state="done", by=by, public_reason="Every pair has a screw lock now.", is_public=True)
    return improvement


def _some(mailbox: Mailbox, numbers: range, improvement: Improvement, at: datetime, domain: str) -> None:
    people = Identity.objects.bulk_create(
        [Identity(source="mail", display_name="Walker Fell", first_seen_at=at, last_seen_at=at) for _ in numbers]
    )
    for one in people:
        one.person_number = one.pk
    Identity.objects.bulk_update(people, ["person_number"], batch_size=500)
    Identifier.objects.bulk_create(
        Identifier(identity=one, kind="email", value=f"walker{number}@{domain}", source="mail", created_at=at)
        for one, number in zip(people, numbers, strict=True)
    )
    IdentityAudience.objects.bulk_create(IdentityAudience(identity=one, audience=mailbox.audience) for one in people)
    said = Interaction.objects.bulk_create(
        Interaction(
            happened_at=at,
            learned_at=at,
            channel="email",
            direction="in",
            kind="message",
            text=SAID,
            audience=mailbox.audience,
            language="en",
        )
        for _ in people
    )
    InteractionParty.objects.bulk_create(
        InteractionParty(interaction=words, identity=one, role="from", happened_at=at) for words, one in zip(said, people, strict=True)
    )
    talks = Conversation.objects.bulk_create(
        Conversation(
            subject="My poles", audience=mailbox.audience, team=mailbox.team, mailbox=mailbox, customer=one, last_interaction=words,
            opened_at=at, last_message_at=at, last_direction="in", order_at=at, state="closed", standing="closed", closed_at=at,
        )
        for words, one in zip(said, people, strict=True)
    )  # fmt: skip
    Message.objects.bulk_create(
        Message(conversation=talk, interaction=words, subject="My poles", mailbox=mailbox, message_id=f"{words.pk}@{domain}")
        for talk, words in zip(talks, said, strict=True)
    )
    signals = Signal.objects.bulk_create(
        Signal(interaction=words, identity=one, start=0, end=20, kind="problem", at=at, said_at=at)
        for words, one in zip(said, people, strict=True)
    )
    Evidence.objects.bulk_create(Evidence(improvement=improvement, signal=signal, at=at) for signal in signals)
