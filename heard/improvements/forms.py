"""What colleagues fill in to propose a change and to decide about it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.improvements.models import State
from heard.improvements.services.deciding import LONGEST_REASON
from heard.improvements.services.proposing import LIMITS
from heard.insights.forms import MeaningForm, colleagues_field


class ImprovementForm(forms.Form):
    """A change in colleagues' words. Only the first line must be written."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    title = forms.CharField(
        label=_("What would change, in a line"), max_length=LIMITS["title"], help_text=_("As customers would say it: “A lock that holds when it is wet”."),
        error_messages={"required": _("Say in a line what would change.")},
    )  # fmt: skip
    what_changes = forms.CharField(
        label=_("What changes"), required=False, max_length=LIMITS["what_changes"], widget=forms.Textarea(attrs={"rows": 3})
    )
    for_whom = forms.CharField(label=_("For whom"), required=False, max_length=LIMITS["for_whom"])
    expected_effect = forms.CharField(
        label=_("Expected effect"), required=False, max_length=LIMITS["expected_effect"],
        help_text=_("Stated now, so that we can see later whether it worked: “half as many complaints by November, 80 % sure”."),
    )  # fmt: skip
    owner = colleagues_field(label=_("Owned by"), required=False, empty_label=_("Me"), help_text=_("Whoever owns it decides, and tells."))


class DecisionForm(forms.Form):
    """What becomes of an improvement, and why."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=True)
    state = forms.ChoiceField(label=_("State"), choices=State.choices, widget=forms.RadioSelect)
    public_reason = forms.CharField(
        label=_("Reason, as customers will read it"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A no needs one. For the others it is what we tell: what we will do, or did."),
    )  # fmt: skip
    is_public = forms.BooleanField(label=_("Show it on the open window, for everybody to read"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        reason = cleaned.get("public_reason", "")
        if cleaned.get("state") == State.DECLINED and not reason:
            self.add_error("public_reason", _("Say why not, in words for customers: whoever asked for it will read them."))
        elif cleaned.get("is_public") and not reason:
            self.add_error("public_reason", _("Write what customers will read before you show it on the open window."))
        return cleaned


class CollectForm(MeaningForm):
    """As what the words of those who mean the same are marked, and on which side they stand."""

    is_against = forms.BooleanField(label=_("They speak against it"), required=False)
