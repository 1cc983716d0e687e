"""Mailboxes: the list, and one with its settings. For administrators."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heard.channels.email.forms import MailboxForm
from heard.channels.email.models import Mailbox
from heard.channels.email.selectors import get_mailbox, list_mailboxes, states_of
from heard.channels.email.services.mailboxes import add_mailbox, change_mailbox
from heard.channels.email.views.access import admins_only
from heard.ui.notices import tell

# Fields of one row stand beside each other where there is room.
SECTIONS: dict[str, list[tuple[str, ...]]] = {
    "identity": [("name", "address"), ("team", "language"), ("aliases",), ("is_active",)],
    "speaking": [("signature",), ("acknowledges",), ("acknowledgement",)],
    "receiving": [
        ("imap_host", "imap_port"), ("imap_username", "imap_encryption"), ("imap_password", "imap_folder"), ("live_since",),
        ("after_fetch", "move_to_folder"), ("trusted_authserv_id",),
    ],
    "sending": [("smtp_host", "smtp_port"), ("smtp_username", "smtp_encryption"), ("smtp_password",), ("uses_plus_address",)],
}  # fmt: skip


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All mailboxes, and whether mail comes and goes."""
    return render(request, "email/mailboxes.html", {"mailboxes": states_of(list_mailboxes())})


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new mailbox, and making it."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mailbox = add_mailbox(form.values(), by=request.user)  # type: ignore[arg-type]
        tell(request, _("The mailbox is here."), _("Send a test to see that mail comes and goes."))
        return HttpResponseRedirect(reverse("email:mailbox", args=[mailbox.pk]), status=303)
    return _page(request, form, Mailbox(), status=422 if form.is_bound else 200)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailbox with its settings, and changing them."""
    found = get_mailbox(pk)
    form = MailboxForm(request.POST or None, instance=copy(found))  # a form writes into its instance even when it is refused
    if request.method == "POST" and form.is_valid():
        change_mailbox(found, form.values(), by=request.user)  # type: ignore[arg-type]
        tell(request, _("Saved."), _("What waits to be sent is tried again now."))
        return HttpResponseRedirect(reverse("email:mailbox", args=[pk]), status=303)
    return _page(request, form, found, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, form: MailboxForm, mailbox: Mailbox, *, status: int) -> HttpResponse:
    sections = {name: [[form[field] for field in row] for row in rows] for name, rows in SECTIONS.items()}
    context: dict[str, Any] = {"form": form, "mailbox": mailbox, "sections": sections}
    if mailbox.pk:
        context["state"] = states_of([mailbox])[0]
        context["last_test"] = mailbox.tests.order_by("-pk").first()
    return render(request, "email/mailbox.html", context, status=status)
