"""What every page asks first: may this colleague do this at all?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def writers_only(view: View) -> View:
    """403 for readers."""
    return _only(view, lambda user: user.can_write)


def leads_only(view: View) -> View:
    """403 for all but leads and administrators."""
    return _only(view, lambda user: user.is_lead)


def admins_only(view: View) -> View:
    """403 for all but administrators."""
    return _only(view, lambda user: user.is_admin)


def _only(view: View, may: Callable[[Any], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
