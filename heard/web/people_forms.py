"""What colleagues fill in about people."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.conversations.forms import once_field
from heard.people.services.heads_ups import LONGEST


class HeadsUpForm(forms.Form):
    """What whoever answers somebody should know, and why."""

    once = once_field()
    text = forms.CharField(
        label=_("What should colleagues know?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. Whoever may know this person reads it, and so may the person."),
        error_messages={"required": _("Say what colleagues should know.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why?"), max_length=LONGEST, error_messages={"required": _("Say why: what happened, or who asked for it.")}
    )
    review_on = forms.DateField(
        label=_("Look at it again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("In half a year if you say nothing; within a year at the latest."),
        error_messages={"invalid": _("This is not a day. Write it like 2026-03-02.")},
    )  # fmt: skip
