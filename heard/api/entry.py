"""The door of the API. Ninja and pydantic take 0.4 s to load, which only those who use the API wait for, once."""

from __future__ import annotations

from functools import cache

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from heard.api.problems import problem


@csrf_exempt  # a token is sent on purpose, never by a browser by itself; the session counts for nothing here
def dispatch(request: HttpRequest, rest: str) -> HttpResponse:
    """Give a request to the operation of its path. Whatever goes wrong is a problem (RFC 9457)."""
    try:
        match = resolver().resolve(rest)
    except Resolver404:
        return problem(404, "There is no such address in the API.")
    try:
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except RequestDataTooBig:
        return problem(413, "That is more than can be taken at once.")
    if answer.status_code == 405:
        allowed = answer.headers.get("Allow", "")
        answer = problem(405, f"Here you can {allowed}.")
        answer["Allow"] = allowed
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@cache
def resolver() -> URLResolver:
    """The addresses of all operations, below `/api/v1/`."""
    from heard.api.operations import api

    return URLResolver(RegexPattern(r"^"), api.urls[0])
