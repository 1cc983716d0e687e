"""The open window: what we heard, what we do about it, what is done, and each reasoned no. For everybody, without a log-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_POST, require_safe

from heard.improvements.services.window import say_on_window, window_mailbox
from heard.improvements.telling_forms import WindowForm
from heard.improvements.window_selectors import FLOOR, VIEWS, WindowItem, window_figures, window_items
from heard.portal.selectors import front_door
from heard.portal.services import limits

TITLES: dict[str, Any] = {
    "all": pgettext_lazy("open window", "All"),
    "done": pgettext_lazy("open window", "Done"),
    "under-way": pgettext_lazy("open window", "Under way"),
    "said-no": pgettext_lazy("open window", "Said no"),
}
EMBEDDED = 10
FEED = 50


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    is_here: bool
    count: int | None = None
    tone: str = ""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The whole window."""
    return _window(request)


@require_POST
def words(request: HttpRequest) -> HttpResponse:
    """Something to tell us. The answer is the same whoever writes, so nobody learns who is known here."""
    mailbox = window_mailbox()
    if mailbox is None:
        raise Http404
    form = WindowForm(request.POST)
    if not form.is_valid():
        return _window(request, form=form, status=422)
    values = form.cleaned_data
    if values["website"]:  # a robot: it learns nothing from us
        return _thanks()
    if not limits.may(limits.WORDS, f"window {values['address'].lower()}", str(request.META.get("REMOTE_ADDR", ""))):
        form.add_error("text", limits.TOO_MANY_WORDS)
        return _window(request, form=form, status=429)
    say_on_window(mailbox, text=values["text"], address=values["address"], language=get_language() or "", once=values["once"])
    return _thanks()


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed (RFC 4287): one entry for each decision, so that a change of state is news."""
    address = f"{settings.URL}{reverse('window:window')}"
    door = front_door()
    atom = Atom1Feed(
        title=_("What you told us, and what we did"), link=address, description="", feed_url=f"{settings.URL}{reverse('window:feed')}",
        author_name=door.company if door and door.company else "Heard", language=get_language(),
    )  # fmt: skip
    for item in window_items()[:FEED]:
        place = f"{address}#change-{item.improvement.pk}"
        atom.add_item(
            title=f"{_state(item)}: {item.improvement.title}", link=place, description=item.decision.public_reason, pubdate=item.since,
            updateddate=item.since, unique_id=f"tag:{urlsplit(settings.URL).hostname},2026:decision-{item.decision.pk}",
        )  # fmt: skip
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response


@xframe_options_exempt
@csp_replace({"frame-ancestors": [SELF, *settings.WINDOW_EMBEDDED_BY] if settings.WINDOW_EMBEDDED_BY else [NONE]})
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """The newest ten, to be shown in a frame by the pages that HEARD_WINDOW_EMBEDDED_BY names; by no other."""
    return render(request, "improvements/window_embed.html", {"items": window_items()[:EMBEDDED]})


def _window(request: HttpRequest, *, form: WindowForm | None = None, status: int = 200) -> HttpResponse:
    view = request.GET.get("view", "all")
    view = view if view in VIEWS else "all"
    door, items = front_door(), window_items(view)
    address = reverse("window:window")
    context = {
        "items": items,
        "view": view,
        "figures": window_figures(),
        "tabs": [Tab(str(title), f"{address}?view={name}", name == view) for name, title in TITLES.items()],
        "form": (form or WindowForm()) if window_mailbox() is not None else None,
        "company": door.company if door else "",
        "floor": FLOOR,
        "is_sent": request.GET.get("done") == "sent",
        "last_at": max((item.since for item in items), default=None),
    }
    return render(request, "improvements/window.html", context, status=status)


def _thanks() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('window:window')}?done=sent#tell", status=303)


def _state(item: WindowItem) -> str:
    names = {"done": TITLES["done"], "declined": TITLES["said-no"]}
    return str(names.get(item.state, item.decision.get_state_display())).capitalize()
