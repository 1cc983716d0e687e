"""A test of a mailbox: begun by a button, watched on a page that looks again by itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from heard.channels.email import words
from heard.channels.email.models import Mailbox, MailboxTest
from heard.channels.email.rules import standing_of_test
from heard.channels.email.selectors import get_mailbox, get_test
from heard.channels.email.services.mailbox_tests import begin_test
from heard.channels.email.views.access import admins_only
from heard.lib.time import now


@login_required
@admins_only
@require_POST
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test: to the mailbox itself, or with `to=me` to whoever asks."""
    mailbox = get_mailbox(pk)
    test = begin_test(mailbox, by=request.user, goes_to_mailbox=request.POST.get("to") != "me")  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("email:test", args=[mailbox.pk, test.pk]), status=303)


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, pk: int, test: int) -> HttpResponse:
    """How far the test is; under htmx the part that changes."""
    mailbox = get_mailbox(pk)
    found = get_test(mailbox, test)
    template = "email/test.html#progress" if request.headers.get("HX-Request") == "true" else "email/test.html"
    return render(request, template, _context(mailbox, found))


def _context(mailbox: Mailbox, test: MailboxTest) -> dict[str, object]:
    standing = standing_of_test(
        at=test.at, sent_at=test.sent_at, problem=test.problem, returned_at=test.returned_at,
        is_awaited=test.goes_to_mailbox, now=now(),
    )  # fmt: skip
    took = (test.returned_at - test.at).total_seconds() if test.returned_at else None
    return {
        "mailbox": mailbox, "test": test, "standing": standing, "is_running": standing in ("sending", "awaited"),
        "problem": words.way_out(test.problem), "way_in": words.way_in(mailbox.in_problem), "took": took,
        "recipient": mailbox.address if test.goes_to_mailbox else test.by.email,
    }  # fmt: skip
