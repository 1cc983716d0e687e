"""Logging in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from heard.accounts.forms import LogInForm
from heard.accounts.models import User
from heard.events import record_event


class LogIn(LoginView):
    """The log-in page. A wrong password answers 422 with the page itself."""

    template_name = "ui/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many") else 422
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        _record("user.logged_in", form.get_user(), method="password")
        language = form.get_user().language
        if language and translation.check_for_language(language):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        return response


class LogOut(LogoutView):
    """Ends the session by POST and goes back to the log-in page."""

    next_page = settings.LOGIN_URL

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        response = super().post(request, *args, **kwargs)
        if user is not None:
            _record("user.logged_out", user)  # open screens of this browser end at once
        return response


@transaction.atomic
def _record(kind: str, user: User, **fields: Any) -> None:
    record_event(kind, user, actor=user, **fields)


log_in = LogIn.as_view()
log_out = LogOut.as_view()
