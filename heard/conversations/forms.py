"""What colleagues fill in on a conversation's page."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team, User
from heard.conversations.models import CloseReason
from heard.lib.time import now

LONGEST_REPLY = 200_000
LARGEST_FILES = 20 * 1024 * 1024


class AddressesField(forms.CharField):
    """E-mail addresses with commas or spaces between; cleans to a list without repetitions."""

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().clean(value) or ""
        addresses = [
            part.strip().strip("<>") for part in text.replace(";", ",").replace("\n", ",").replace(" ", ",").split(",") if part.strip()
        ]
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address}, code="invalid") from None
        if len(addresses) > 50:
            raise ValidationError(_("That is more than 50 addresses."), code="too_many")
        return list(dict.fromkeys(addresses))


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, together not above 20 MB."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        for file in files:
            super().clean(file, initial)
        if sum(file.size for file in files) > LARGEST_FILES:
            raise ValidationError(_("These files are larger than 20 MB together. Send a link instead."), code="too_large")
        return files


def once_field() -> forms.UUIDField:
    """The hidden mark that makes a second POST harmless."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=True)


class ReplyForm(forms.Form):
    """An answer to the customer, with those who get it."""

    once = once_field()
    to = AddressesField(label=_("To"), required=True, max_length=4000, error_messages={"required": _("Say to whom it goes.")})
    cc = AddressesField(label=_("Copy to"), required=False, max_length=4000)
    body = forms.CharField(
        label=_("Your reply"), widget=forms.Textarea(attrs={"rows": 6}), max_length=LONGEST_REPLY, strip=True,
        error_messages={"required": _("There is nothing to send yet. Write a sentence first.")},
    )  # fmt: skip
    files = FilesField(label=_("Attach"), required=False)  # type: ignore[assignment]
    then_close = forms.BooleanField(required=False, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """A word to colleagues."""

    once = once_field()
    body = forms.CharField(
        label=_("Your note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_REPLY, strip=True,
        error_messages={"required": _("The note is empty. Write a sentence first.")},
    )  # fmt: skip
    files = FilesField(label=_("Attach"), required=False)  # type: ignore[assignment]


class AssignmentForm(forms.Form):
    """Who takes it: one of those who may read it, or nobody."""

    assignee = forms.ModelChoiceField(User.objects.none(), required=False, label=_("Who has it"), empty_label=_("Nobody"))

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.filter(pk__in=[user.pk for user in colleagues])  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """To which team it goes."""

    team = forms.ModelChoiceField(Team.objects.filter(is_department=False), label=_("Team"))


class CloseForm(forms.Form):
    """Why it ends."""

    REASONS = [choice for choice in CloseReason.choices if choice[0] not in (CloseReason.HISTORY, CloseReason.CONFIRMED)]
    reason = forms.ChoiceField(choices=REASONS, initial=CloseReason.SOLVED, label=_("Why"))


class SnoozeForm(forms.Form):
    """Until when it is set aside: a named time, or a moment."""

    NAMED = (("later_today", _("In three hours")), ("tomorrow", _("Tomorrow morning")), ("next_week", _("Monday morning")))
    until = forms.ChoiceField(choices=[*NAMED, ("at", _("Another time"))], label=_("Until"))
    at = forms.DateTimeField(required=False, label=_("Another time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("until") == "at" and not cleaned.get("at"):
            self.add_error("at", _("Say a day and an hour."))
        elif cleaned.get("until"):
            cleaned["moment"] = cleaned["at"] if cleaned["until"] == "at" else _named_moment(cleaned["until"], timezone.localtime(now()))
        return cleaned


def _named_moment(name: str, local: datetime) -> datetime:
    """In the reader's own time zone; mornings are 8:00."""
    morning = local.replace(hour=8, minute=0, second=0, microsecond=0)
    if name == "later_today":
        return local + timedelta(hours=3)
    if name == "tomorrow":
        return morning + timedelta(days=1)
    return morning + timedelta(days=7 - local.weekday())
