"""Forms of pages that join several apps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heard.channels.email.models import Mailbox
from heard.conversations.forms import LONGEST_REPLY, AddressesField, once_field


class WriteForm(forms.Form):
    """A first message of ours."""

    once = once_field()
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), label=_("From"), empty_label=None)
    to = AddressesField(label=_("To"), max_length=4000)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    body = forms.CharField(label=_("Your message"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST_REPLY)

    def __init__(self, *args: Any, mailboxes: list[Mailbox], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = Mailbox.objects.filter(pk__in=[mailbox.pk for mailbox in mailboxes])  # type: ignore[attr-defined]
