"""Reminding whoever owes something, once, before its moment comes: a mail with the sentence and the date.

Due rows, no scan: `remind_at` is emptied in the transaction that enqueues the mail.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.channels.email.composing import compose
from heard.channels.email.envelope import Address, Outgoing
from heard.channels.email.installation import installation_name
from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import all_own_addresses
from heard.channels.email.sending import Mailer, mailer_for
from heard.conversations.services.deliveries import PATIENCE, PAUSES
from heard.lib.db import lock
from heard.lib.time import now
from heard.promises.models import Promise, PromiseState
from heard.promises.services.writing import record
from heard.promises.tasks import send_reminder
from heard.tasks import RetryAt
from heard.ui.moments import exact_moment

logger = logging.getLogger(__name__)
AT_ONCE = 200
MOST_MEMBERS = 20
"""Of a department without an address: more would read it than do it."""


@transaction.atomic
def remind_due(at: datetime) -> int:
    """Enqueue a mail for each promise whose reminder is due, up to 200. Answers how many were due."""
    due = Promise.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    promises = lock(Promise.objects.filter(pk__in=list(due.values_list("pk", flat=True)[:AT_ONCE])).select_related("conversation"))
    for promise in promises:
        promise.remind_at = None
        promise.save(update_fields=["remind_at"])
        if promise.state == PromiseState.OPEN and not promise.conversation.is_history:
            record("promise.reminded", promise)
            send_reminder.using(dedupe=f"reminder of promise {promise.pk}").enqueue(promise.pk, at.isoformat())
    return len(promises)


def send_reminder_now(promise_id: int, asked_at: datetime, *, mailer: Mailer | None = None) -> None:
    """Hand the mail to the mailbox's server; raises RetryAt while it can still go out and the promise is open.

    A promise that was kept or erased meanwhile is not spoken of, and neither is one whose owner has no address outside.
    """
    related = ("conversation__mailbox", "conversation__assignee", "owed_by", "owed_by_team", "made_by")
    promise = Promise.objects.filter(pk=promise_id).select_related(*related).first()
    if promise is None or promise.state != PromiseState.OPEN or not promise.text or promise.conversation.mailbox is None:
        return
    mailbox, moment = promise.conversation.mailbox, now()
    readers = readers_of(promise)
    recipients = [reader.address for reader in readers]
    if not recipients:
        return
    raw = compose(mail_of(promise, mailbox, readers, at=asked_at))
    outcome = (mailer or mailer_for(mailbox)).send(raw, mailbox=mailbox, sender=mailbox.address, recipients=recipients)
    if outcome.is_temporary and not outcome.accepted and moment - asked_at < PATIENCE and moment < promise.due_at:
        raise RetryAt(min(moment + PAUSES[2], promise.due_at))
    if not outcome.accepted:
        logger.warning("a reminder could not be sent", extra={"promise": promise.pk, "problem": outcome.problem})


def readers_of(promise: Promise) -> list[Address]:
    """Whom to remind: the colleague who owes it; a department's address, or its members; for a team with an inbox, who has the conversation."""
    ours = all_own_addresses()
    team = promise.owed_by_team
    if team is None:
        people = [promise.owed_by]
    elif team.is_department and team.email and team.email.lower() not in ours:
        return [Address(team.name, team.email)]
    elif team.is_department:
        people = list(team.members.filter(is_active=True).order_by("name")[:MOST_MEMBERS])
    else:
        people = [promise.conversation.assignee or promise.made_by]
    return [Address(user.name, user.email) for user in people if user is not None and user.is_active and user.email not in ours]


def mail_of(promise: Promise, mailbox: Mailbox, readers: list[Address], *, at: datetime) -> Outgoing:
    """The reminder. It names nobody but colleagues: who the customer is, the page says to those who may know."""
    owner: User | None = promise.owed_by
    language = (owner.language if owner else "") or settings.LANGUAGE_CODE
    zone = (owner.time_zone if owner else "") or settings.TIME_ZONE
    with translation.override(language), timezone.override(zone):
        when = exact_moment(promise.due_at)
        lines = [
            _("This is due by %(when)s:") % {"when": when},
            promise.text,
            _("The customer was told so.") if promise.told_at else _("The customer was not told yet."),
            _("Say that it is done, or that the date must move:"),
            f"{settings.URL}{reverse('web:promise', args=[promise.pk])}",
        ]
        return Outgoing(
            sender=Address(mailbox.name, mailbox.address),
            to=tuple(readers),
            reply_to=(Address(promise.made_by.name, promise.made_by.email),) if promise.made_by and promise.made_by.is_active else (),
            subject=_("Due soon: %(what)s") % {"what": promise.text[:120]},
            text="\n\n".join(lines),
            message_id=f"promise.{promise.pk}.{int(promise.due_at.timestamp())}@{mailbox.domain}",
            date=at,
            installation=installation_name(),
            is_automatic=True,
            is_reply=False,
        )
