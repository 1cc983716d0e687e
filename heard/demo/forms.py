"""What a customer writes in the demo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.channels.email.models import Mailbox
from heard.demo.named import PEOPLE

LONGEST = 20_000


class AnswerForm(forms.Form):
    """An answer to something caught."""

    text = forms.CharField(label=_("The customer’s answer"), widget=forms.Textarea(attrs={"rows": 6}), max_length=LONGEST)


class LetterForm(forms.Form):
    """A first letter to one of our mailboxes."""

    name = forms.CharField(label=_("The customer’s name"), max_length=120)
    address = forms.EmailField(label=_("The customer’s address"))
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), label=_("To"), empty_label=None)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    text = forms.CharField(label=_("The customer’s words"), widget=forms.Textarea(attrs={"rows": 6}), max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        mina = next(each for each in PEOPLE if each["given"] == "Mina")
        first = Mailbox.objects.filter(is_active=True).order_by("pk").first()
        kwargs.setdefault("initial", {"name": f"{mina['given']} {mina['family']}", "address": mina["addresses"][0], "mailbox": first})
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = Mailbox.objects.filter(is_active=True)  # type: ignore[attr-defined]
