"""Bringing a file, and saying who reads what comes from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.lib.money import EXPONENTS

LARGEST = 20 * 1024 * 1024


class TakingForm(forms.Form):
    """A CSV file of orders or of offerings."""

    kind = forms.ChoiceField(
        label=_("What is in the file"), choices=[("orders", _("Orders")), ("offerings", _("Products, services, places"))]
    )
    file = forms.FileField(
        label=_("CSV file"), help_text=_("The first line names the columns. At most 20 MB; larger ones by the command line."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where the orders come from"), max_length=40, initial="shop", required=False,
        help_text=_("A name of yours, like “shop”. The same orders again: the same name."),
    )  # fmt: skip
    currency = forms.ChoiceField(
        label=_("Currency of rows that name none"), required=False,
        choices=[("", _("each row names its own")), *((code, code) for code in sorted(EXPONENTS))],
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 20 MB. Use the command “heard import orders”."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "orders" and not (cleaned.get("source") or "").strip():
            self.add_error("source", _("Say where these orders come from."))
        return cleaned


class SourceForm(forms.Form):
    """Which teams read the orders of a source."""

    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_department=False), label=_("Who reads these orders"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("At least one team reads them.")},
    )  # fmt: skip
