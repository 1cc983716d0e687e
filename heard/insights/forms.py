"""What colleagues fill in to mark words and to look after themes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Role, User
from heard.insights.models import Kind, Theme
from heard.insights.rules import LONGEST
from heard.insights.services.themes import DEFINITION, NAME
from heard.insights.vocabulary import vocabulary


class MeaningForm(forms.Form):
    """What words mean: a kind, and a theme in use or a new one."""

    kind = forms.ChoiceField(label=_("What it is"), choices=Kind.choices, initial=Kind.PROBLEM, widget=forms.RadioSelect)
    theme = forms.TypedChoiceField(label=_("Theme"), required=False, coerce=int, empty_value=None)
    new_theme = forms.CharField(
        label=_("Or a new theme"), required=False, max_length=NAME, help_text=_("Only if none fits: you look after it then.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = vocabulary()
        self.fields["theme"].choices = [("", _("None yet")), *((theme.pk, theme.name) for theme in self.vocabulary.in_use)]  # type: ignore[attr-defined]

    def clean_theme(self) -> Theme | None:
        return self.vocabulary.now(self.cleaned_data["theme"])


class MarkForm(MeaningForm):
    """Which words of a message mean something, and what. `near` is where they were selected, `back` where to go afterwards."""

    words = forms.CharField(
        label=_("The words"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Copy the words that show it from the message.")},
    )  # fmt: skip
    near = forms.IntegerField(required=False, min_value=0, max_value=10_000_000, widget=forms.HiddenInput)
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["words", "kind", "theme", "new_theme"]


def colleagues_field(**kwargs: Any) -> forms.ModelChoiceField:
    """A choice among colleagues who may write, by name."""
    return forms.ModelChoiceField(
        User.objects.filter(is_active=True, is_program=False).exclude(role=Role.READER).order_by("name"), **kwargs
    )


class NewThemeForm(forms.Form):
    """A new theme."""

    name = forms.CharField(label=_("Name"), max_length=NAME, error_messages={"required": _("Give the theme a name.")})
    definition = forms.CharField(
        label=_("What belongs here"), required=False, max_length=DEFINITION, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A sentence, so that colleagues file alike."),
    )  # fmt: skip


class ThemeForm(NewThemeForm):
    """A theme's name, definition and owner."""

    owner = colleagues_field(label=_("Looked after by"), required=False, empty_label=_("Nobody"))


class MergeForm(forms.Form):
    """Into which theme another goes."""

    into = forms.TypedChoiceField(label=_("Count it under"), coerce=int, error_messages={"required": _("Choose a theme.")})

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = vocabulary()
        others = [(one.pk, one.name) for one in self.vocabulary.in_use if one.pk != theme.pk]
        self.fields["into"].choices = [("", "—"), *others]  # type: ignore[attr-defined]

    def clean_into(self) -> Theme:
        theme = self.vocabulary.now(self.cleaned_data["into"])
        if theme is None:
            raise ValidationError(_("Choose a theme."), code="required")
        return theme
