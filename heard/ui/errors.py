"""The pages for what went wrong; `heard/urls.py` names them as handlers. None of them needs the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from heard.ui.notices import Notice


def words_of(status: int) -> Notice:
    """What we say for an HTTP status: what happened, then what to do."""
    known = {
        400: Notice(_("We could not read that request."), _("Go back, and try once more from the page itself."), "soon"),
        403: Notice(_("This is not open to you."), _("Ask somebody who looks after Heard here, if it should be."), "soon"),
        404: Notice(_("There is nothing here."), _("The link may be old, or it is not for you to see."), ""),
        405: Notice(_("That cannot be done here."), _("Go back, and use the buttons of the page."), "soon"),
        409: Notice(_("That is no longer possible."), _("Somebody may have been quicker. Look again."), "soon"),
        413: Notice(_("That is too large."), _("Send something smaller, or send it in parts."), "soon"),
        422: Notice(_("Something in it was not right."), _("Look at it again, and send it once more."), "soon"),
        429: Notice(_("That was too often in a short time."), _("Wait a minute, then try again."), "soon"),
    }
    broken = Notice(_("Something broke on our side."), _("Nothing you had saved is lost. Try again in a minute."), "late")
    unknown = Notice(_("That did not work."), _("Go back, and try once more."), "soon")
    return known.get(status, broken if status >= 500 else unknown)


def page(request: HttpRequest, status: int, notice: Notice | None = None) -> HttpResponse:
    return render(request, "ui/errors.html", {"notice": notice or words_of(status), "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: nearly always a page that stood open over a log-out."""
    return page(request, 403, Notice(_("This page was open for too long."), _("Load it again, then do it once more."), "soon"))
