"""What `heard doctor` asks of promises: the inbox shows what is owed."""

from __future__ import annotations

from django.db.models import Min, Q

from heard.conversations.models import Conversation
from heard.lib.checks import Finding, doctor_check, problem
from heard.promises.models import Promise


@doctor_check("promises")
def inbox_shows_what_is_owed() -> list[Finding]:
    """The soonest open promise of each conversation is the one its row in the inbox names."""
    soonest = dict(Promise.objects.filter(state="open").order_by().values_list("conversation").annotate(at=Min("due_at")))
    shown = dict(Conversation.objects.filter(~Q(due_at=None)).values_list("pk", "due_at"))
    differ = sum(1 for pk in {*soonest, *shown} if soonest.get(pk) != shown.get(pk))
    return [problem(f"{differ} conversations show another moment than what is owed")] if differ else []
