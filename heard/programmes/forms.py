"""What a colleague writes on the page of the why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.programmes.models import LONGEST, Measure, WhyVersion
from heard.programmes.services.why import Wording

ROWS = {"rows": 4}


class WhyForm(forms.Form):
    """Four answers in plain words, of which two are asked for, and why they change."""

    whom_we_serve = forms.CharField(
        label=_("Whom we serve"), max_length=LONGEST, widget=forms.Textarea(attrs=ROWS),
        help_text=_("People, not markets: who would miss us?"),
    )  # fmt: skip
    what_they_value = forms.CharField(
        label=_("What they value"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs=ROWS),
        help_text=_("In their words, as they tell it to us."),
    )  # fmt: skip
    what_we_promise = forms.CharField(
        label=_("What we promise"), max_length=LONGEST, widget=forms.Textarea(attrs=ROWS),
        help_text=_("Its first line stands beside every reply box."),
    )  # fmt: skip
    experience_we_want = forms.CharField(
        label=_("The experience we want"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs=ROWS),
        help_text=_("How somebody should feel when they have dealt with us."),
    )  # fmt: skip
    because = forms.CharField(
        label=_("Why it changes"), max_length=300, required=False, help_text=_("One sentence for those who read the history.")
    )
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: WhyVersion | None = None, **kwargs: Any) -> None:
        if version is not None:
            kwargs["initial"] = {name: getattr(version, name) for name in Wording.__dataclass_fields__}
            kwargs["initial"]["because"] = version.because if version.is_draft else ""
        kwargs.setdefault("initial", {})["based_on"] = version.number if version is not None else 0
        super().__init__(*args, **kwargs)

    @property
    def wording(self) -> Wording:
        """The cleaned answers."""
        return Wording(**{name: self.cleaned_data[name] for name in Wording.__dataclass_fields__})


class StandingPromiseForm(forms.Form):
    """A sentence, what measures it, and for which team when it is not for all."""

    text = forms.CharField(label=_("What we promise"), max_length=300, help_text=_("One sentence, as a customer would read it."))
    measure = forms.ChoiceField(label=_("Measured by"), choices=Measure, initial=Measure.BY_HAND)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Of which team"), required=False, empty_label=_("All teams"))
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]
