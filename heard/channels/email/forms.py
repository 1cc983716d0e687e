"""The form of a mailbox. Passwords go in and never come out again."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heard.accounts.models import Team
from heard.channels.email.models import AfterFetch, Encryption, Mailbox

MOST_ALIASES = 50
TECHNICAL = ("imap_host", "imap_username", "smtp_host", "smtp_username", "imap_folder", "move_to_folder", "trusted_authserv_id")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,200}")


class AliasesField(forms.CharField):
    """Addresses, one on each line; as a list in lower case."""

    widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        addresses = list(dict.fromkeys(super().clean(value).lower().replace(",", " ").split()))
        if len(addresses) > MOST_ALIASES:
            raise ValidationError(_("These are too many addresses for one mailbox."))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("%(address)s is not an address.") % {"address": address[:100]}) from None
        return addresses


class MailboxForm(forms.ModelForm):
    """A mailbox's address, its words, and how its mail comes and goes. Saved by `services.mailboxes`, not by the form."""

    aliases = AliasesField(
        label=gettext_lazy("Other addresses"), required=False, max_length=10_000,
        help_text=gettext_lazy("Addresses whose mail comes here as well, one on each line."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    imap_password = forms.CharField(
        label=gettext_lazy("Password"), required=False, strip=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    smtp_password = forms.CharField(
        label=gettext_lazy("Password"), required=False, strip=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    class Meta:
        model = Mailbox
        fields: ClassVar[list[str]] = [
            "name", "address", "aliases", "team", "language", "signature", "is_active", "acknowledges", "acknowledgement",
            "uses_plus_address", "trusted_authserv_id",
            "imap_host", "imap_port", "imap_encryption", "imap_username", "imap_folder", "after_fetch", "move_to_folder", "live_since",
            "smtp_host", "smtp_port", "smtp_encryption", "smtp_username",
        ]  # fmt: skip
        labels: ClassVar = {
            "name": gettext_lazy("Name that customers see"),
            "address": gettext_lazy("Address"),
            "team": gettext_lazy("Team that answers"),
            "is_active": gettext_lazy("Take mail in"),
            "acknowledges": gettext_lazy("Tell customers at once that their message arrived"),
            "acknowledgement": gettext_lazy("What it says"),
            "uses_plus_address": gettext_lazy("Answers go to an address of their own"),
            "trusted_authserv_id": gettext_lazy("Name of the server that checks senders"),
            "imap_host": gettext_lazy("Server"),
            "imap_username": gettext_lazy("User name"),
            "after_fetch": gettext_lazy("When we have it"),
            "live_since": gettext_lazy("Older mail is history"),
            "smtp_host": gettext_lazy("Server"),
            "smtp_username": gettext_lazy("User name"),
        }
        help_texts: ClassVar = {
            "signature": gettext_lazy("Stands below every reply. {agent} becomes the name of whoever writes."),
            "acknowledges": gettext_lazy("Only to senders whose message proves who they are, and never to robots."),
            "acknowledgement": gettext_lazy("Empty for our own words. {when} becomes the moment by which you answer."),
            "uses_plus_address": gettext_lazy(
                "For servers that deliver name+anything@ to name@. Answers then find their conversation in any case."
            ),
            "trusted_authserv_id": gettext_lazy(
                "The first word of Authentication-Results that your mail server writes. Empty: we check ourselves."
            ),
            "imap_host": gettext_lazy("Empty when your mail server hands mail over by LMTP."),
            "after_fetch": gettext_lazy("No message is ever marked as read or deleted."),
            "live_since": gettext_lazy("What came before is kept and found, and nobody is told or promised anything."),
        }
        widgets: ClassVar = {
            "signature": forms.Textarea(attrs={"rows": 2}),
            "acknowledgement": forms.Textarea(attrs={"rows": 3}),
            "live_since": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            **{name: forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}) for name in TECHNICAL},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(is_department=False)  # type: ignore[attr-defined]
        self.fields["live_since"].input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]  # type: ignore[attr-defined]
        for name in ("imap", "smtp"):
            if getattr(self.instance, f"{name}_password_sealed"):
                self.fields[f"{name}_password"].help_text = _("Kept encrypted. Leave empty to keep the one we have.")
            else:
                self.fields[f"{name}_password"].help_text = _("Kept encrypted, and never shown again.")

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip().lower()

    def clean_imap_host(self) -> str:
        return _host(self.cleaned_data["imap_host"])

    def clean_smtp_host(self) -> str:
        return _host(self.cleaned_data["smtp_host"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._refuse_addresses_of_others(values)
        for name in ("imap", "smtp"):
            self._refuse_log_in_without_encryption(values, name)
        if values.get("imap_host"):
            self._require_log_in_to_read(values)
        if values.get("after_fetch") == AfterFetch.MOVE and not values.get("move_to_folder"):
            self.add_error("move_to_folder", _("Say to which folder."))
        elif values.get("after_fetch") == AfterFetch.MOVE and values.get("move_to_folder") == values.get("imap_folder"):
            self.add_error("move_to_folder", _("This is the folder that is read. Choose another."))
        return values

    def values(self) -> dict[str, Any]:
        """What `services.mailboxes` takes."""
        return dict(self.cleaned_data)

    def _refuse_addresses_of_others(self, values: dict[str, Any]) -> None:
        wanted = {values.get("address", ""), *values.get("aliases", [])} - {""}
        for other in Mailbox.objects.exclude(pk=self.instance.pk):
            taken = wanted & other.addresses
            if taken:
                field = "address" if values.get("address") in taken else "aliases"
                message = _("%(address)s belongs to the mailbox %(mailbox)s.")
                self.add_error(field, message % {"address": min(taken), "mailbox": other.name})
                return

    def _refuse_log_in_without_encryption(self, values: dict[str, Any], name: str) -> None:
        is_here = values.get(f"{name}_host") in {"localhost", "127.0.0.1", "::1", "[::1]"}
        if values.get(f"{name}_encryption") == Encryption.NONE and values.get(f"{name}_username") and not is_here:
            self.add_error(f"{name}_encryption", _("A password is sent over the network only with encryption."))

    def _require_log_in_to_read(self, values: dict[str, Any]) -> None:
        if not values.get("imap_username"):
            self.add_error("imap_username", _("Reading a mailbox needs a user name."))
        elif not values.get("imap_password") and not self.instance.imap_password_sealed:
            self.add_error("imap_password", _("Reading a mailbox needs a password."))
        if not values.get("imap_folder"):
            self.add_error("imap_folder", _("Say which folder, INBOX for instance."))


def _host(text: str) -> str:
    """A server's name or number, tidied. Raises ValidationError for an address with a scheme or a path."""
    text = text.strip().rstrip(".").lower()
    if text and not _HOST.fullmatch(text):
        raise ValidationError(_("Write the name of the server alone, like mail.example.org."))
    return text
