"""Forms of colleagues' accounts."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Role, Team, User
from heard.accounts.services import logging_in
from heard.accounts.services.tokens import SCOPES


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


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a colleague sets for themselves."""

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "signature", "is_away")
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES]
        )
        zones = [("", _("As the browser says")), *((zone, zone) for zone in sorted(available_timezones()))]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), required=False, choices=zones)
        self.fields["is_away"].label = _("I am away: others see it before they assign to me")


class UserForm(forms.Form):
    """What an administrator sets for a colleague. The password is asked for new accounts, and optional afterwards."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Work address, for logging in"))
    role = forms.ChoiceField(
        label=_("May"),
        choices=Role.choices,
        initial=Role.AGENT,
        help_text=_(
            "Readers read; agents answer; leads also set how soon we answer, and erase; administrators set up. "
            "Nobody reads outside their own teams."
        ),
    )
    teams = forms.ModelMultipleChoiceField(Team.objects.all(), label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)
    password = forms.CharField(label=_("Password"), required=True, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    is_active = forms.BooleanField(label=_("Works here"), required=False, initial=True)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user is None:
            del self.fields["is_active"]
            return
        self.fields["email"].disabled = True
        self.fields["password"].required = False
        self.fields["password"].label = _("New password")
        self.initial = {
            "name": user.name, "email": user.email, "role": user.role, "is_active": user.is_active,
            "teams": [membership.team_id for membership in user.memberships.all()], **self.initial,
        }  # fmt: skip

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.user)
        return password


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team's name, whether it is a department without an inbox, and where questions to it go."""

    class Meta:
        model = Team
        fields = ("name", "is_department", "email")
        labels = {
            "is_department": _("A department: it is owed things, but has no inbox"),
            "email": _("Address for questions from colleagues"),
        }
        help_texts = {
            "email": _(
                "Where Ask inside reaches this team by mail. Without one, a question goes to each member. Not the address of a mailbox here."
            )
        }


class TokenForm(forms.Form):
    """A program that is to use the API."""

    ROLES = [(role, label) for role, label in Role.choices if role != Role.ADMIN]
    name = forms.CharField(
        label=_("The program’s name"), max_length=120, help_text=_("Colleagues see it beside what the program does, like “Shop”.")
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple)
    teams = forms.ModelMultipleChoiceField(
        Team.objects.filter(is_department=False), label=_("As a member of"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("It reads what these teams read, and nothing else."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("With the rights of"), choices=ROLES, initial=Role.AGENT)
    days = forms.IntegerField(
        label=_("For how many days"), required=False, min_value=1, max_value=3650, help_text=_("Empty: until you take it away.")
    )
