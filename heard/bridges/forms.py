"""Bringing a file of people, saying what its columns mean, taking people out, and connecting an address book."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Team
from heard.bridges.csvs.columns import FIELDS
from heard.bridges.csvs.tables import ENCODINGS, SEPARATORS, Beginning
from heard.people.models import Segment

LARGEST = 20 * 1024 * 1024
_NO_HELP = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class PeopleFileForm(forms.Form):
    """A file of people, and where it comes from."""

    file = forms.FileField(
        label=_("CSV, vCard or jCard file"), help_text=_("At most 20 MB; larger ones by the command line."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )  # fmt: skip
    source = forms.CharField(
        label=_("Where these people come from"), max_length=30, initial="files",
        help_text=_("A name of yours, like “shop”. The same people again: the same name."), widget=forms.TextInput(attrs=_NO_HELP),
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 20 MB. Use the command “heard import people”."))
        return file


class CsvForm(forms.Form):
    """How a CSV file is written. What a column says is asked beside its first values, as `column-0`, `column-1` and so on."""

    encoding = forms.ChoiceField(label=_("Letters"), choices=[(one, one) for one in ENCODINGS])
    separator = forms.ChoiceField(label=_("Between fields"), choices=[(word, _("tab") if word == "tab" else word) for word in SEPARATORS])
    days = forms.ChoiceField(
        label=_("03/04/1985 is"), required=False,
        choices=[("", _("as the file shows")), ("day", _("the 3rd of April")), ("month", _("the 4th of March"))],
    )  # fmt: skip
    has_heading = forms.BooleanField(label=_("The first line names the columns"), required=False)

    def mapping(self, data: Any, columns: int) -> list[str]:
        """What the columns say as chosen; what is none of FIELDS is nothing."""
        chosen = [str(data.get(f"column-{number}", "")) for number in range(columns)]
        return [one if one in FIELDS else "" for one in chosen]


def column_choices(beginning: Beginning, mapping: list[str]) -> list[dict[str, Any]]:
    """Each column with its name, its first values and what it is taken for."""
    return [
        {
            "number": number,
            "heading": heading,
            "samples": beginning.samples(number),
            "field": mapping[number] if number < len(mapping) else "",
        }
        for number, heading in enumerate(beginning.headings)
    ]


class ReadersForm(forms.Form):
    """Which teams know whoever came from a source."""

    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_department=False), label=_("Who knows these people"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("At least one team knows them.")},
    )  # fmt: skip


class ExportForm(forms.Form):
    """Whom to take out, and in which form."""

    form = forms.ChoiceField(
        label=_("As"),
        choices=[("csv", _("CSV, for spreadsheets")), ("vcf", _("vCard, for address books")), ("json", _("jCard, for programs"))],
    )
    segment = forms.ModelChoiceField(
        Segment.objects.filter(retired_at=None), label=_("Who"), required=False, empty_label=_("everybody whom I may know"),
    )  # fmt: skip


class AddressBookForm(forms.Form):
    """An address book on another server. The password goes in and never comes out again."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs=_NO_HELP),
        help_text=_("Of the address book, or of the server: then we look for its address books. As in https://cloud.example.org/"),
    )  # fmt: skip
    username = forms.CharField(label=_("User name"), max_length=200, required=False, widget=forms.TextInput(attrs=_NO_HELP))
    password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=500, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted, and never shown again. Make one for this purpose alone where the server lets you."),
    )  # fmt: skip
    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_department=False), label=_("Who knows these people"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("At least one team knows them.")},
    )  # fmt: skip
    sends = forms.ChoiceField(label=_("What goes there"), choices=[])
    segment = forms.ModelChoiceField(Segment.objects.filter(retired_at=None), label=_("Segment"), required=False, empty_label=_("none"))
    forgets = forms.BooleanField(
        label=_("Take back what a card said when it is deleted there"), required=False,
        help_text=_("Otherwise a deleted card changes nothing here. Nobody is deleted here because of it."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Look every so many minutes"), min_value=1, max_value=10_080, initial=15)
    is_active = forms.BooleanField(label=_("Keep both alike"), required=False, initial=True)
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from heard.bridges.models import Sends

        self.fields["sends"].choices = Sends.choices  # type: ignore[attr-defined]
        if has_password:
            self.fields["password"].help_text = _("Kept encrypted. Leave empty to keep the one we have.")

    def clean_url(self) -> str:
        from heard.bridges.outgoing import Trouble, place_of

        url = self.cleaned_data["url"].strip()
        try:
            place_of(url)
        except Trouble:
            raise forms.ValidationError(_("Write an address that begins with https:// and holds no user name.")) from None
        return url

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("sends") == "segment" and not values.get("segment"):
            self.add_error("segment", _("Choose whose cards go there."))
        url = values.get("url", "")
        if url.startswith("http://") and values.get("username") and not _is_here(url):
            self.add_error("url", _("A password goes over the network with https:// only."))
        return values


def _is_here(url: str) -> bool:
    """Whether the way there is ours: this machine, or a host that whoever runs the installation named."""
    return (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1", *settings.BRIDGE_HOSTS}
