"""What an erasure does to questions between colleagues: their words go with the notes they stand in; here go addresses and names.

Who is erased may have been asked, or may have answered a question that was passed on to them.
"""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop

from heard.conversations.models import Ask, AskAnswer, AskMail, AskMailState
from heard.lib.time import now
from heard.people.rules import normalise_email
from heard.privacy.registry import ErasureScope, Outcome, eraser
from heard.timeline.erasing import parts_of


@eraser("asks", order=21)
def erase_asks(scope: ErasureScope) -> Outcome:
    """Empty the person's addresses and names; a question that still waits to be sent, and has no words any more, is not sent."""
    mine = {normalise_email(address) for address in scope.values("email")}
    asks = Ask.objects.alias(folded=Lower("address")).filter(folded__in=mine).exclude(address="")
    asked = set(asks.values_list("pk", flat=True))
    emptied = {
        pk
        for some in parts_of(scope.interaction_ids)
        for pk in Ask.objects.filter(question__interaction__in=some).values_list("pk", flat=True)
    }
    answers = _answers_of(scope, mine)
    mails = [mail for some in parts_of(asked | emptied) for mail in AskMail.objects.filter(ask__in=some)]
    named = [mail for mail in mails if any(normalise_email(address) in mine for address in mail.recipients)]
    silent = [mail for mail in mails if mail.state == AskMailState.WAITING and mail.ask_id in emptied]
    if not scope.is_preview:
        asks.update(address="")
        AskAnswer.objects.filter(pk__in=answers).update(address="", name="", mail_id="")
        _take_out(named, mine)
        AskMail.objects.filter(pk__in=[mail.pk for mail in silent]).update(
            state=AskMailState.FAILED, last_problem="erased", finished_at=now()
        )
        scope.tables |= {model._meta.db_table for model in (Ask, AskAnswer, AskMail)}
    left = gettext_noop("That a colleague was asked stays, with times; what was asked and answered is gone.")
    return Outcome("asks", len(asked | emptied | {mail.ask_id for mail in named}) + len(answers), left, len(emptied))


def _answers_of(scope: ErasureScope, mine: set[str]) -> list[int]:
    """Answers given from the person's address, or in their name within their own conversations."""
    rows = AskAnswer.objects.alias(folded=Lower("address"))
    found = set(rows.filter(folded__in=mine).exclude(address="").values_list("pk", flat=True))
    names = {name.casefold() for name in scope.values("name")}
    for some in parts_of(scope.conversation_ids):
        here = AskAnswer.objects.filter(Q(message__conversation__in=some), ~Q(name="")).values_list("pk", "name")
        found |= {pk for pk, name in here if name.casefold() in names}
    return sorted(found)


def _take_out(mails: list[AskMail], mine: set[str]) -> None:
    for mail in mails:
        mail.recipients = [address for address in mail.recipients if normalise_email(address) not in mine]
    AskMail.objects.bulk_update(mails, ["recipients"], batch_size=200)
