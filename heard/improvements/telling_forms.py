"""What is filled in to tell people, by those who were told, and by whoever has something to say on the open window."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.improvements.models import Answer
from heard.improvements.services.answering import LONGEST_WORDS
from heard.improvements.services.telling import LONGEST


class TellingForm(forms.Form):
    """What they will read, in one or both languages."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    text_en = forms.CharField(
        label=_("In English"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 7, "lang": "en"}),
        help_text=_("A greeting with their name comes before it; after it, what they had told us, and the link by which they answer."),
    )  # fmt: skip
    text_es = forms.CharField(
        label=_("In Spanish"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 7, "lang": "es"}),
        help_text=_("For those who write to us in Spanish. Left empty, they read the English words."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("text_en") or cleaned.get("text_es") or self.errors):
            self.add_error("text_en", _("Write what they will read, in one language at least."))
        return cleaned


class AnswerForm(forms.Form):
    """Did it help? One click is enough; words are welcome."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    answer = forms.ChoiceField(choices=Answer.choices, widget=forms.HiddenInput)
    words = forms.CharField(required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 4}))


class WordsForm(forms.Form):
    """Something after the click: what is missing, whether they may be quoted."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    words = forms.CharField(
        label=_("Anything to add?"), required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A person reads it and answers you."),
    )  # fmt: skip


class QuoteForm(forms.Form):
    """May we quote them?"""

    name = forms.CharField(
        label=_("Name to put under it"), required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        help_text=_("Left empty, your words stand there without a name."),
    )  # fmt: skip


class WindowForm(forms.Form):
    """Something to tell us. Two answers."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    text = forms.CharField(
        label=_("What happened, or what do you wish for?"), max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what happened, or what you wish for.")},
    )  # fmt: skip
    address = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address: without one nobody can answer."),
                        "invalid": _("That is not an e-mail address. One looks like name@example.org.")},
    )  # fmt: skip
    website = forms.CharField(required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    """For robots, who fill in whatever there is; people do not see it."""
