"""The four stories themselves, each about ninety seconds."""

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from heard.demo.stories import (
    Scene,
    Step,
    Story,
    ada_page,
    has_answered,
    has_promised,
    has_spoken_on_her_page,
    is_ada_page,
    is_poles_page,
    poles_page,
)


def _at(path: str) -> str:
    """`path`, or "" when this version of Heard has no such page."""
    try:
        resolve(path.partition("#")[0])
    except Resolver404:
        return ""
    return path


def _of(scene: Scene, landmark: str, pattern: str) -> str:
    number = scene.number(landmark)
    return _at(pattern.format(number)) if number else ""


def _alices_last_step(scene: Scene) -> str:
    return ada_page() if has_answered(scene, "alice") else poles_page(scene, "#reply")


ALICE = Story(
    key="alice",
    who=_("Alice, who answers"),
    icon="headset",
    what=_("A customer’s poles were promised, and the day has passed."),
    begin=_("Be Alice"),
    steps=(
        Step(
            _("Read Ada’s story beside her words"),
            _("Twice the lock gave way. What we owe her and what she said before stand beside the thread."),
            poles_page,
            is_shown_at=is_poles_page,
        ),
        Step(
            _("Promise in a sentence, by when and by whom"),
            _("Write it in the reply, like “new poles posted by Friday”, or open “Promise something” below your words."),
            lambda scene: poles_page(scene, "#reply"),
            is_done=lambda scene: has_promised(scene, "alice"),
        ),
        Step(
            _("Send, and see it on her page"),
            _("What you promised stands in the letter, and on Ada’s own page at the same moment."),
            _alices_last_step,
            is_done=lambda scene: has_answered(scene, "alice"),
        ),
    ),
    end=_("Ada knows when her poles come, and so does whoever posts them. Look at it from her side."),
)

DORA = Story(
    key="dora",
    who=_("Dora, who leads"),
    icon="compass",
    what=_("The pole lock is mended. Did it work, and who knows?"),
    begin=_("Be Dora"),
    steps=(
        Step(
            _("See who was dropped today"),
            _("They spoke last, and nothing is in hand for them. Each was dropped by a different slip."),
            lambda scene: "/",
            is_shown_at=lambda scene, request: request.path == "/",
        ),
    ),
    end=_("Listening that ends in nothing is not listening: now they know."),
)

ADA = Story(
    key="ada",
    who=_("Ada, the customer"),
    icon="user",
    what=_("She leaves for Snowdonia in two days."),
    begin=_("Be Ada"),
    steps=(
        Step(
            _("See what she was promised"),
            _("No account and no password: the link in every letter is her key."),
            lambda scene: ada_page() if scene.poles else "",
            is_shown_at=is_ada_page,
        ),
        Step(
            _("Say “not yet”, and be heard"),
            _("It opens the conversation again, and somebody owes her an answer."),
            lambda scene: ada_page() if scene.poles else "",
            is_done=has_spoken_on_her_page,
        ),
    ),
    end=_("What Ada said is in Alice’s inbox now."),
)

WEN = Story(
    key="wen",
    who=_("Wen, who runs the site"),
    icon="globe",
    what=_("People search the site, find nothing, and write to us instead."),
    begin=_("Be Wen"),
    steps=(
        Step(
            _("Read what they could not find"),
            _("Search for “insole”: the words of those who asked us because the site did not say."),
            lambda scene: "/search/?q=insole",
            is_shown_at=lambda scene, request: request.path == "/search/",
        ),
    ),
    end=_("Whoever comes next finds the answer before they have to ask."),
)
