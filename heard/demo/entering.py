"""Coming in by one click: only in a demo home, only as one of its invented people, only while the password is the printed one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.demo import guide
from heard.demo.company import DOMAIN, PASSWORD
from heard.events import record_event
from heard.lib.errors import Refusal


class DoorIsLocked(Refusal):
    """Somebody uses this account with a password of their own."""


def enter_as(request: HttpRequest, key: str) -> User:
    """Log in as the colleague `key` of the company. The caller has made sure that this is a demo.

    Raises Http404 when there is no such colleague any more, DoorIsLocked when their password is not the one that everybody knows:
    then somebody uses this installation in earnest.
    """
    user = User.objects.filter(email=f"{key}@{DOMAIN}", is_active=True).first()
    if user is None:
        raise Http404
    if not check_password(PASSWORD, user.password):
        raise DoorIsLocked(_("The password of %(name)s was changed here. Log in with it.") % {"name": user.name})
    remembered = guide.kept(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.update(remembered)
    with transaction.atomic():
        record_event("user.logged_in", user, actor=user, method="demo")
    return user
