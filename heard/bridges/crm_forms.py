"""The form of a CRM bridge. The secret goes in and never comes out again."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.accounts.models import Team
from heard.bridges.crm.mapping import ONLY_IN, OWN, WrongProfile, read_profile, shipped
from heard.bridges.crm_words import field_in_words
from heard.bridges.models import Bridge, Direction, WhenGone
from heard.bridges.outgoing import Trouble, place_of
from heard.bridges.services.crm_bridges import FEWEST_MINUTES, MOST_MINUTES, profile_used


class BridgeForm(forms.Form):
    """A bridge's settings; its directions are fields named way_…"""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("What colleagues call it, like “Sales CRM”."))
    slug = forms.SlugField(
        label=gettext_lazy("Short name"), max_length=30,
        help_text=gettext_lazy("Small letters, digits and hyphens. It stands beside everything that comes from there, and stays."),
    )  # fmt: skip
    profile = forms.ChoiceField(label=gettext_lazy("System"))
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=300,
        help_text=gettext_lazy("Where its API begins. For SuiteCRM 8: https://crm.example.org/legacy/Api/"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )  # fmt: skip
    username = forms.CharField(
        label=gettext_lazy("Client or user"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"), required=False, strip=False, max_length=500,
        help_text=gettext_lazy("It is kept encrypted. Empty: the one we have stays."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_department=False), label=gettext_lazy("Who may know these people"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only what these teams know goes to the CRM."),
        error_messages={"required": gettext_lazy("At least one team reads them.")},
    )  # fmt: skip
    when_gone = forms.ChoiceField(label=gettext_lazy("When the CRM deletes somebody"), choices=WhenGone.choices, initial=WhenGone.ASK)
    minutes = forms.IntegerField(
        label=gettext_lazy("Look every so many minutes"), min_value=FEWEST_MINUTES, max_value=MOST_MINUTES, initial=5
    )
    makes_contacts = forms.BooleanField(
        label=gettext_lazy("Make a contact there of whoever writes to us with a proved address"), required=False
    )
    mapping = forms.CharField(
        label=gettext_lazy("Own mapping"), required=False, max_length=70_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("JSON, only for “own mapping”. Begin with the one for any REST API."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, bridge: Bridge | None = None) -> None:
        super().__init__(data, initial=_initial(bridge) if bridge else None)
        self.bridge = bridge
        choices = [(name, one.title) for name, one in shipped().items() if name != "rest"]
        self.fields["profile"].choices = [*choices, (OWN, _("own mapping"))]  # type: ignore[attr-defined]
        if bridge is not None:
            self.fields["slug"].disabled = True
        self.carried = _carried(bridge)
        for name, direction in self.carried.items():
            ways = [(one.value, one.label) for one in Direction if name not in ONLY_IN or one in (Direction.OFF, Direction.IN)]
            self.fields[f"way_{name}"] = forms.ChoiceField(label=field_in_words(name), choices=ways, initial=direction)

    @property
    def ways(self) -> list[Any]:
        """The fields of the directions; none before the bridge is there."""
        return [self[f"way_{name}"] for name in self.carried]

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        try:
            place_of(address)
        except Trouble:
            raise forms.ValidationError(_("The address begins with https:// or http://, and holds no password.")) from None
        return str(address)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("profile") != OWN:
            cleaned["mapping"] = None
        else:
            try:
                cleaned["mapping"] = read_profile(cleaned.get("mapping") or "")
            except WrongProfile as wrong:
                self.add_error("mapping", wrong.message)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        cleaned = dict(self.cleaned_data)
        chosen = {name: cleaned.pop(f"way_{name}") for name in self.carried}
        known = self.bridge is not None and (cleaned["profile"], cleaned.get("mapping") or None) == (
            self.bridge.profile,
            self.bridge.mapping,
        )
        cleaned["directions"] = chosen if known else {}  # another mapping has its own fields and ways
        cleaned.pop("teams")
        return cleaned


def _carried(bridge: Bridge | None) -> dict[str, str]:
    """The fields of a bridge and which way they go."""
    try:
        return {one.field: one.direction for one in profile_used(bridge).directed(bridge.directions)} if bridge else {}
    except WrongProfile:
        return {}


def _initial(bridge: Bridge) -> dict[str, Any]:
    from heard.bridges.crm_selectors import readers_of

    plain = ("name", "slug", "profile", "address", "username", "when_gone", "minutes", "makes_contacts")
    mapping = json.dumps(bridge.mapping, indent=2, ensure_ascii=False) if bridge.mapping else ""
    return {name: getattr(bridge, name) for name in plain} | {"teams": [team.pk for team in readers_of(bridge)], "mapping": mapping}
