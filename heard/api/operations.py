"""Every operation of the API, and how what goes wrong is answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as WrongRequest

from heard.accounts.services.tokens import token_of
from heard.api import conversations, gestures, improvements, joins, people, promises, purchases, segments
from heard.api.problems import Problem, problem
from heard.lib.errors import Refusal
from heard.purchases.said import WrongOrder

MOST_ERRORS = 50

api = NinjaAPI(
    title="Heard",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    description="What colleagues do on their pages, for programs. A token acts as a colleague of its own and reads what its teams read.",
)
for module in (conversations, people, joins, promises, purchases, gestures, improvements, segments):
    api.add_router("", module.router)


@api.get("/openapi.json", include_in_schema=False, auth=None, url_name="openapi")
def openapi(request: HttpRequest) -> HttpResponse:
    """This description, to colleagues who are logged in and to any token."""
    words = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not (request.user.is_authenticated or (words and token_of(words))):
        raise AuthenticationError
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    schema["servers"] = [{"url": settings.URL}]
    return JsonResponse(schema)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, said: Problem) -> HttpResponse:
    return problem(said.status, said.detail, **said.more)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(409, refusal.message)


@api.exception_handler(WrongOrder)
def _wrong(request: HttpRequest, wrong: WrongOrder) -> HttpResponse:
    return problem(422, str(wrong))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    return problem(422, " ".join(invalid.messages))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, absent: Http404) -> HttpResponse:
    return problem(404, _("There is nothing here, or your token may not read it."))


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, denied: PermissionDenied) -> HttpResponse:
    return problem(403, _("Your token may not do that."))


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, nobody: AuthenticationError) -> HttpResponse:
    return problem(401, _("Send a token that is still good: “Authorization: Bearer heard_…”. An administrator makes it."))


@api.exception_handler(WrongRequest)
def _wrong_request(request: HttpRequest, wrong: WrongRequest) -> HttpResponse:
    errors = [{"where": _place(one["loc"]), "what": str(one["msg"])} for one in wrong.errors[:MOST_ERRORS]]
    return problem(422, _("What was sent cannot be taken as it is; nothing was changed."), errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


@api.exception_handler(ImproperlyConfigured)
def _not_ready(request: HttpRequest, error: ImproperlyConfigured) -> HttpResponse:
    return problem(503, str(error))


def _place(path: Any) -> str:
    """`body.lines.0.amount`, without the name that our function gives to the body."""
    parts = [str(part) for part in path]
    return ".".join(part for at, part in enumerate(parts) if not (at == 1 and parts[0] == "body"))
