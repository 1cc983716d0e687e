"""Links that work no more: stopped by a colleague, or because the mail reached somebody it was not meant for."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.conversations.services.customer_words import Said
from heard.events import record_event
from heard.lib.db import lock
from heard.lib.time import now
from heard.people.models import Identity
from heard.portal.models import LinkRevocation, RevocationReason
from heard.portal.services.speaking import write_to_us
from heard.timeline.models import InteractionParty


@transaction.atomic
def stop_links(conversation: Conversation, *, by: User) -> int:
    """Every link to this conversation that was sent until now opens nothing any more, whoever got it. Answers to how many people."""
    conversation = lock(conversation)
    parties = InteractionParty.objects.filter(interaction__message__conversation=conversation).exclude(role="about")
    identities = set(parties.values_list("identity_id", flat=True).order_by().distinct())
    moment = now()
    LinkRevocation.objects.bulk_create(
        [
            LinkRevocation(conversation=conversation, identity_id=pk, revoked_at=moment, reason=RevocationReason.COLLEAGUE, by=by)
            for pk in sorted(identities)
        ]
    )
    record_event(
        "link.revoked", conversation, actor=by, audience_id=conversation.audience_id, conversation_id=conversation.pk,
        reason=str(RevocationReason.COLLEAGUE),
    )  # fmt: skip
    return len(identities)


@transaction.atomic
def disown(conversation: Conversation, identity: Identity, *, text: str = "", language: str = "", once: UUID | None = None) -> Said:
    """“This is not me”, says whoever reads the mail of the address: colleagues hear it, and no link of theirs opens this any more.

    The caller saw the proof.
    """
    words = "\n\n".join(part for part in (_("This is not me. Your message reached somebody else."), text) if part)
    said = write_to_us(conversation, identity, text=words, kind="not_me", is_proved=True, language=language, once=once)
    if said.is_new:
        LinkRevocation.objects.create(
            conversation=said.conversation, identity=identity, revoked_at=now(), reason=RevocationReason.NOT_ME
        )  # fmt: skip
        record_event(
            "link.revoked", said.conversation, actor=identity, audience_id=said.conversation.audience_id,
            conversation_id=said.conversation.pk, reason=str(RevocationReason.NOT_ME),
        )  # fmt: skip
    return said
