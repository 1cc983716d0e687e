"""The guide: who somebody plays in this browser, and which steps they have done. What was looked at is kept in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from heard.demo.company import DOMAIN
from heard.demo.place import is_demo
from heard.demo.stories import Scene, Step, Story, get_story, scene, stories

PLAYED, SEEN = "demo_story", "demo_seen"


@dataclass(frozen=True, slots=True)
class Told:
    """A step as the guide shows it."""

    number: int
    says: str
    step: Step
    where: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has got in a story. `next` is the first step that is not done, None at the end."""

    story: Story
    steps: tuple[Told, ...]

    @property
    def done(self) -> int:
        return sum(told.is_done for told in self.steps)

    @property
    def next(self) -> Told | None:
        return next((told for told in self.steps if not told.is_done), None)


def play(request: HttpRequest, story: Story) -> None:
    """From now on the guide of this browser tells `story`."""
    request.session[PLAYED] = story.key


def stop(request: HttpRequest) -> None:
    """No guide any more; what was done stays done."""
    request.session.pop(PLAYED, None)


def kept(request: HttpRequest) -> dict[str, Any]:
    """What the guide remembers of this browser; a log-in as somebody else would forget it."""
    return {name: request.session[name] for name in (PLAYED, SEEN) if name in request.session}


def progress_of(request: HttpRequest, story: Story, at: Scene | None = None) -> Progress:
    """The steps of `story` with those that are done. A few queries."""
    at = at or scene()
    seen = set(request.session.get(SEEN, ()))
    told: list[Told] = []
    for step in story.steps:
        where = step.where(at)
        if where:
            number = len(told) + 1
            done = step.is_done(at) if step.is_done else _mark(story, step) in seen
            told.append(Told(number, _said(step, at), step, where, bool(done)))
    return Progress(story, tuple(told))


def _said(step: Step, at: Scene) -> str:
    return step.says(at) if callable(step.says) else str(step.says)


def all_progress(request: HttpRequest) -> list[Progress]:
    """All four stories, as the chooser shows them."""
    at = scene()
    return [progress_of(request, story, at) for story in stories()]


def current(request: HttpRequest) -> Progress | None:
    """The story that is told in this browser, when whoever looks is the one it is about."""
    story = get_story(request.session.get(PLAYED, "")) if hasattr(request, "session") else None
    return progress_of(request, story) if story is not None and _plays(request, story) else None


def note_page(request: HttpRequest) -> None:
    """Remember that the page of a step was opened, if this is one."""
    story = get_story(request.session.get(PLAYED, ""))
    if story is None:
        return
    at = scene()
    seen = list(request.session.get(SEEN, ()))
    shown = [_mark(story, step) for step in story.steps if step.is_shown_at is not None and step.is_shown_at(at, request)]
    if fresh := [mark for mark in shown if mark not in seen]:
        request.session[SEEN] = seen + fresh


def on_staff_pages(request: HttpRequest) -> str:
    """The insert at the top of colleagues' pages."""
    return _insert(request, "staff")


def on_customer_pages(request: HttpRequest) -> str:
    """The insert at the top of customers' pages."""
    return _insert(request, "customer")


def on_log_in_page(request: HttpRequest) -> str:
    """The way to the chooser for whoever stands before the log-in page."""
    if not is_demo():
        return ""
    return format_html('<p><a href="{}">{}</a></p>', reverse("demo:chooser"), _("This is a demo: choose whose day you want to see"))


def rendered(request: HttpRequest, told: Progress) -> str:
    """The guide as markup, for the frame and for its own address."""
    return render_to_string("demo/_guide.html", {"told": told}, request)


def _insert(request: HttpRequest, frame: str) -> str:
    if not hasattr(request, "session") or not request.session.get(PLAYED) or not is_demo():
        return ""
    story = get_story(request.session[PLAYED])
    if story is None or not _plays(request, story) or (story.key == "ada" and frame != "customer"):
        return ""
    note_page(request)
    return rendered(request, progress_of(request, story))


def _plays(request: HttpRequest, story: Story) -> bool:
    user = getattr(request, "user", None)
    return story.key == "ada" or (user is not None and user.is_authenticated and user.email == f"{story.key}@{DOMAIN}")


def _mark(story: Story, step: Step) -> str:
    return f"{story.key}.{story.steps.index(step)}"
