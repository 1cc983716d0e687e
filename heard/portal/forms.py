"""What customers fill in: as little as possible."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.conversations.forms import FilesField, once_field

LONGEST = 20_000
MOST_FILES = 10


class WordsForm(forms.Form):
    """A message to us: words, files, or both."""

    once = once_field()
    text = forms.CharField(
        label=_("Your message"), required=False, strip=True, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("That is more than %(limit_value)d letters. Send the rest as a file.")},
    )  # fmt: skip
    files = FilesField(label=_("Add a photo or a file"), required=False)  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files = cleaned.get("files") or []
        if len(files) > MOST_FILES:
            self.add_error("files", _("That is more than ten files. Send them in parts."))
        if not self.errors and not cleaned.get("text") and not files:
            self.add_error("text", _("There is nothing to send yet. Write a sentence first."))
        return cleaned


class OnceForm(forms.Form):
    """One tap."""

    once = once_field()


class CorrectionForm(forms.Form):
    """What is wrong here: the name, or anything else in words."""

    once = once_field()
    name = forms.CharField(label=_("Your name, as you want to be called"), required=False, strip=True, max_length=200)
    text = forms.CharField(
        label=_("What is wrong, and what is right"), required=False, strip=True, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, known_as: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_as = known_as

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["name"] = "" if cleaned.get("name", "") == self.known_as else cleaned.get("name", "")
        if not self.errors and not cleaned["name"] and not cleaned.get("text"):
            raise ValidationError(_("Nothing is different yet. Change your name, or write what is wrong."))
        return cleaned


class NotMeForm(forms.Form):
    """Somebody got a mail that is not for them."""

    once = once_field()
    text = forms.CharField(
        label=_("Anything you want to add"), required=False, strip=True, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class AskForCodeForm(forms.Form):
    """The address to which we wrote."""

    address = forms.EmailField(
        label=_("Your e-mail address"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Say to which address we wrote."), "invalid": _("That is no e-mail address. It looks like name@example.org.")},
    )  # fmt: skip


class CodeForm(forms.Form):
    """The eight digits from the mail; spaces between them do no harm."""

    request = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The code from the mail"), max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "size": "12"}),
        error_messages={"required": _("Write the eight digits from the mail.")},
    )  # fmt: skip

    def clean_code(self) -> str:
        digits = "".join(letter for letter in self.cleaned_data["code"] if letter not in " -\u00a0.")
        if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
            raise ValidationError(_("A code has eight digits."))
        return digits


class FrontDoorForm(forms.Form):
    """What every customer's page says of the company."""

    company = forms.CharField(label=_("Name of the company"), required=False, max_length=80)
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40,
        help_text=_("Stands on every customer’s page with the hours in which you answer. Leave it empty if nobody can call."),
    )  # fmt: skip

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and sum(letter.isdigit() for letter in phone) < 3:
            raise ValidationError(_("That is no telephone number. Write it with its country, like +44 113 496 0000."))
        return phone
