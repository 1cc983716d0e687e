"""What a mail says of promises under its writer's words: the sentence and the whole date, in the language of the mail."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from heard.conversations.endings import Ending, ending
from heard.conversations.models import Message
from heard.lib.prepared import prepared_look_up
from heard.promises.models import Promise, PromiseChange
from heard.promises.selectors import calendar_of, policy_for
from heard.ui.moments import exact_moment


@ending("promises", order=10)
def promised_here(message: Message) -> Ending | None:
    """A line for each promise that this message tells, and for each date it moves. Two queries for a reply that promises nothing."""
    if message.interaction.is_automatic or message.interaction.author_id is None:
        return None
    said = message.interaction_id
    moved = _moved_in(said)
    elsewhere = {change.promise_id for change in moved}
    given = [promise for promise in _given_in(said) if promise.pk not in elsewhere]
    if not moved and not given:
        return None
    with timezone.override(calendar_of(policy_for(message.conversation.team_id)).timezone):  # of a customer's own zone nothing is known
        lines = [_given(promise) for promise in given] + [_moved(change, said) for change in moved if change.promise.text]
    return Ending("\n".join(lines)) if lines else None


@prepared_look_up
def _moved_in(interaction_id: int) -> QuerySet[PromiseChange]:
    return PromiseChange.objects.filter(told_in=interaction_id).select_related("promise").order_by("pk")


@prepared_look_up
def _given_in(interaction_id: int) -> QuerySet[Promise]:
    return Promise.objects.filter(told_in=interaction_id).exclude(text="").order_by("due_at", "pk")


def _given(promise: Promise) -> str:
    # Another date may have been told by another mail since, and this one may be composed again.
    first = promise.changes.filter(told_in__isnull=False).order_by("at", "pk").first()
    due_at = first.was_due_at if first else promise.due_at
    return _("We promise you: %(what)s, by %(when)s.") % {"what": promise.text.rstrip("."), "when": exact_moment(due_at)}


def _moved(change: PromiseChange, said: int) -> str:
    what, when = change.promise.text.rstrip("."), exact_moment(change.due_at)
    if change.promise.told_in_id == said:
        return _("We promise you: %(what)s, by %(when)s.") % {"what": what, "when": when}
    was = exact_moment(change.was_due_at)
    return _("We had promised you: %(what)s, by %(was)s. The new date is %(when)s.") % {"what": what, "was": was, "when": when}
