"""Forms of colleagues' accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.accounts.services import logging_in


class LogInForm(AuthenticationForm):
    """Address and password, with a limit on guesses. The same words whether the address or the password was wrong."""

    error_messages = {
        "invalid_login": _("This address and password do not belong together. Try again, or ask your administrator for a new one."),
        "inactive": _("This account is no longer in use."),
        "too_many": _("Too many tries. Wait fifteen minutes, then try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Your work address")
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})

    def clean(self) -> dict[str, Any]:
        address, origin = self.cleaned_data.get("username", ""), (self.request.META.get("REMOTE_ADDR", "") if self.request else "")
        if not logging_in.may_try(address, origin):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            logging_in.note_failure(address, origin)
            raise
        logging_in.forget_failures(address, origin)
        return cleaned
