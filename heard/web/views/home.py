"""Home: who was dropped, what is late, whether we keep our word."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from heard.conversations.selectors import inbox_counts


@login_required
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "web/home.html", {"counts": inbox_counts(request.user)})
