"""Operators' page of API tokens. The words of a new one are in the answer to the form that made it, and nowhere afterwards."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from heard.accounts.forms import TokenForm
from heard.accounts.models import ApiToken
from heard.accounts.services.tokens import make_token, revoke_token
from heard.lib.time import now
from heard.ui.notices import tell


@login_required
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The tokens there are; a POST makes one and shows it."""
    _admins_only(request)
    form = TokenForm(request.POST or None)
    words, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.cleaned_data
            days = values["days"]
            _token, words = make_token(
                values["name"], scopes=values["scopes"], teams=values["teams"], role=values["role"], by=request.user,
                expires_at=now() + timedelta(days=days) if days else None,
            )  # fmt: skip
            form, status = TokenForm(), 201
    tokens = ApiToken.objects.select_related("user", "made_by").prefetch_related("user__memberships__team").order_by("revoked_at", "-pk")
    response = render(request, "accounts/tokens.html", {"tokens": tokens, "form": form, "words": words}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revocation(request: HttpRequest, number: int) -> HttpResponse:
    """Take a token away."""
    _admins_only(request)
    token = revoke_token(get_object_or_404(ApiToken, pk=number), by=request.user)
    tell(request, _("“%(name)s” can do nothing any more.") % {"name": token.user.name})
    return HttpResponseRedirect(reverse("accounts:tokens"))


def _admins_only(request: HttpRequest) -> None:
    if not request.user.is_admin:
        raise PermissionDenied
