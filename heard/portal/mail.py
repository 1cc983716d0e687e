"""The link under every mail to a customer."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from heard.conversations.customer_links import link_for
from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message
from heard.lib.prepared import prepared_look_up
from heard.portal.models import LinkRevocation, RevocationReason
from heard.timeline.models import InteractionParty


@ending("customer_page", order=90)
def page_link(message: Message) -> Ending | None:
    """The page of whoever gets this mail. A mail to several carries a link that proves nobody: its page asks for a code.

    Two queries. None for whoever said that they are somebody else. Made as of the moment the message was written, so that a second sending is the same mail.
    """
    identities = set(_recipients(message.interaction_id, ["to", "cc", "bcc"]))
    is_to_one = len(identities) == 1 and len(set(message.delivery.recipients)) == 1
    identity = identities.pop() if is_to_one else None
    if identity is not None and _is_disowned(message.conversation_id, identity):
        return None
    address = link_for(message.conversation_id, identity, message.interaction.happened_at)
    if not address:
        return None
    if identity is None:
        return Ending(_("What we said and promised, for whoever takes part: %(link)s") % {"link": address})
    return Ending(_("See what we said and promised, or answer without e-mail: %(link)s") % {"link": address})


def _is_disowned(conversation_id: int, identity_id: int) -> bool:
    return bool(_revocations(conversation_id, identity_id, RevocationReason.NOT_ME.value))


@prepared_look_up
def _recipients(interaction_id: int, roles: list[str]) -> QuerySet[InteractionParty, int]:
    return InteractionParty.objects.filter(interaction=interaction_id, role__in=roles).values_list("identity_id", flat=True)


@prepared_look_up
def _revocations(conversation_id: int, identity_id: int, reason: str) -> QuerySet[LinkRevocation, int]:
    rows = LinkRevocation.objects.filter(conversation=conversation_id, identity=identity_id, reason=reason)
    return rows.values_list("pk", flat=True)[:1]
