"""Four people, one story: the steps of each, where they lie, and how one sees that they were really done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise as Lazy

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.demo import place
from heard.demo.company import DOMAIN
from heard.promises.models import Promise
from heard.timeline.models import Interaction

Words = str | Lazy


@dataclass(frozen=True)
class Scene:
    """What the steps look at: the company as it was loaded, and what has happened since."""

    facts: dict[str, int]

    @property
    def since(self) -> datetime:
        """When the company was ready; for one made by an older Heard, when its marker was written."""
        return datetime.fromtimestamp(self.facts.get("loaded_at") or place.marker().stat().st_mtime, UTC)

    def number(self, landmark: str) -> int | None:
        """The id of something the stories need; None in a company that was made without it."""
        return self.facts.get(landmark)

    @cached_property
    def poles(self) -> Conversation | None:
        """Ada's conversation about the poles, or the one it was joined into. None when it is no more."""
        named = Q(pk=number) if (number := self.number("ada_poles")) else Q(subject="Replacement poles have not arrived")
        found = Conversation.objects.select_related("joined_into").filter(named).first()
        return found.joined_into or found if found else None

    def user(self, key: str) -> User | None:
        """A colleague of the company, by the key of `company.STAFF`."""
        return User.objects.filter(email=f"{key}@{DOMAIN}").first()


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It is done when `is_done` says so, or, for what is only looked at, when the page at `where` was opened.

    A step whose `where` is "" does not exist in this company and is left out.
    """

    says: Words
    hint: Words
    where: Callable[[Scene], str]
    is_done: Callable[[Scene], bool] | None = None
    is_shown_at: Callable[[Scene, HttpRequest], bool] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Somebody's ninety seconds. `key` is a colleague's, or "ada"."""

    key: str
    who: Words
    icon: str
    what: Words
    begin: Words
    steps: tuple[Step, ...]
    end: Words


def stories() -> tuple[Story, ...]:
    """The four, in the order of the doors."""
    from heard.demo.doors import ADA, ALICE, DORA, WEN

    return ALICE, DORA, ADA, WEN


def get_story(key: str) -> Story | None:
    """The story of somebody; None when there is none."""
    return next((story for story in stories() if story.key == key), None)


def scene() -> Scene:
    """The company as it stands."""
    return Scene(place.facts())


# --- what is true now ---------------------------------------------------------------------------------------------------------------------


def poles_page(scene: Scene, anchor: str = "") -> str:
    """Ada's conversation, for colleagues."""
    return reverse("web:conversation", args=[scene.poles.pk]) + anchor if scene.poles else ""


def is_poles_page(scene: Scene, request: HttpRequest) -> bool:
    """Whether this page is that conversation."""
    return scene.poles is not None and request.path == poles_page(scene)


def has_promised(scene: Scene, key: str) -> bool:
    """Whether the colleague promised Ada something by hand since the company was made."""
    if scene.poles is None:
        return False
    return Promise.objects.filter(
        conversation=scene.poles, kind="by_hand", made_by__email=f"{key}@{DOMAIN}", made_at__gt=scene.since
    ).exists()


def has_answered(scene: Scene, key: str) -> bool:
    """Whether the colleague wrote to Ada since."""
    said = Interaction.objects.filter(message__conversation=scene.poles, direction="out", author__email=f"{key}@{DOMAIN}")
    return scene.poles is not None and said.filter(happened_at__gt=scene.since).exists()


def ada_page() -> str:
    """The door to Ada's own page: it makes a link and follows it."""
    return reverse("demo:ada")


def is_ada_page(scene: Scene, request: HttpRequest) -> bool:
    """Whether this is a customer's page."""
    return bool(request.resolver_match and request.resolver_match.view_name == "portal:page")


def has_spoken_on_her_page(scene: Scene) -> bool:
    """Whether Ada said something on her page since."""
    said = Interaction.objects.filter(message__conversation=scene.poles, channel="portal", direction="in")
    return scene.poles is not None and said.filter(happened_at__gt=scene.since).exists()
