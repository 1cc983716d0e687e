"""Five people: the steps of each, where they lie, and how one sees that they were really done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import Promise as Lazy

from heard.accounts.models import User
from heard.conversations.models import Conversation
from heard.demo import place
from heard.demo.company import DOMAIN
from heard.improvements.models import Decision, Evidence, Telling
from heard.matching.models import Review
from heard.people.models import Identity
from heard.portal.models import Answer
from heard.promises.models import Promise, PromiseChange
from heard.timeline.models import Interaction

Words = str | Lazy
Says = Words | Callable[["Scene"], str]


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

    says: Says
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
    """The five, in the order of the doors."""
    from heard.demo.doors import ADA, ALICE, BOB, DORA, WEN

    return ALICE, DORA, ADA, WEN, BOB


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
    """Whether the colleague promised Ada something by hand since the company was made, or gave a promise another date."""
    if scene.poles is None:
        return False
    email = f"{key}@{DOMAIN}"
    promised = Promise.objects.filter(conversation=scene.poles, kind="by_hand", made_by__email=email, made_at__gt=scene.since)
    moved = PromiseChange.objects.filter(promise__conversation=scene.poles, by__email=email, at__gt=scene.since)
    return promised.exists() or moved.exists()


def has_answered(scene: Scene, key: str) -> bool:
    """Whether the colleague wrote to Ada since."""
    said = Interaction.objects.filter(message__conversation=scene.poles, direction="out", author__email=f"{key}@{DOMAIN}")
    return scene.poles is not None and said.filter(happened_at__gt=scene.since).exists()


def ada_page(part: str = "") -> str:
    """The door to Ada's own page, or to a part of it: it makes a link and follows it."""
    return reverse("demo:ada") + (f"?to={part}" if part else "")


def view_of(request: HttpRequest) -> str:
    """The name of the view that answers."""
    return request.resolver_match.view_name if request.resolver_match else ""


def is_ada_page(scene: Scene, request: HttpRequest) -> bool:
    """Whether this is a customer's page."""
    return view_of(request) == "portal:page"


def has_spoken_on_her_page(scene: Scene) -> bool:
    """Whether Ada said something on her page since: "not yet", or words of her own."""
    if scene.poles is None:
        return False
    answered = Answer.objects.filter(conversation=scene.poles, at__gt=scene.since)
    said = Interaction.objects.filter(message__conversation=scene.poles, channel="portal", direction="in", happened_at__gt=scene.since)
    return answered.exists() or said.exists()


def known_page(path: str) -> str:
    """`path`, or "" when this Heard has no such page."""
    try:
        resolve(path.partition("#")[0])
    except Resolver404:
        return ""
    return path


def page_of(scene: Scene, landmark: str, pattern: str) -> str:
    """The address of something that the stories lead to; "" in a company that was made without it."""
    number = scene.number(landmark)
    return known_page(pattern.format(number)) if number else ""


def is_person(scene: Scene, request: HttpRequest, landmark: str) -> bool:
    """Whether this is the page of the person to whom a record belongs now, whatever number it is reached by."""
    match = request.resolver_match
    if match is None or match.view_name != "web:person":
        return False
    number = Identity.objects.filter(pk=scene.number(landmark) or 0).values_list("person_number", flat=True).first()
    return match.kwargs.get("number") in (number, scene.number(landmark))


def has_reviewed(scene: Scene, key: str) -> bool:
    """Whether the colleague said of a pair since that they are the same, different, or that it is not sure."""
    return Review.objects.filter(by__email=f"{key}@{DOMAIN}", at__gt=scene.since).exists()


def people_who_asked(scene: Scene, landmark: str) -> int:
    """How many people spoke for an improvement. One query."""
    asked = Evidence.objects.standing().filter(improvement=scene.number(landmark) or 0, is_against=False)
    return asked.aggregate(people=Count("signal__identity__person_number", distinct=True))["people"]


def has_decided(scene: Scene, key: str, landmark: str) -> bool:
    """Whether the colleague decided something for everybody to read since."""
    made = Decision.objects.filter(improvement=scene.number(landmark) or 0, by__email=f"{key}@{DOMAIN}", is_public=True)
    return made.filter(at__gt=scene.since).exists()


def has_told(scene: Scene, key: str, landmark: str) -> bool:
    """Whether the colleague let something go out to those who asked since."""
    sent = Telling.objects.filter(improvement=scene.number(landmark) or 0, by__email=f"{key}@{DOMAIN}")
    return sent.filter(queued_at__gt=scene.since).exists()
