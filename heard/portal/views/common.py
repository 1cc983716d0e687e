"""What all pages of a customer have in common: whom they speak to, in which language, and how they are rendered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from heard.people.models import Identity
from heard.portal.models import FrontDoor
from heard.ui.unguessable import form_mark


@contextmanager
def speaking_to(request: HttpRequest, identity: Identity) -> Iterator[None]:
    """In the language chosen in this browser; else the one the customer once chose; else the browser's."""
    language = "" if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) else identity.language
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        yield


def render_page(
    request: HttpRequest, token: str, template: str, context: dict[str, Any], *, door: FrontDoor | None, status: int = 200
) -> HttpResponse:
    """A page with the company's name; its forms carry the mark of this address."""
    common = {"token": token, "door": door, "company": door.company if door else "", "csrf_token": form_mark(token)}
    return render(request, template, common | context, status=status)


def back_to(token: str, done: str = "") -> HttpResponse:
    """303 to the page, which says what was done."""
    address = reverse("portal:page", args=[token])
    return HttpResponseRedirect(f"{address}?done={done}#main" if done else address, status=303)


def network_of(request: HttpRequest) -> str:
    """Where a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))
