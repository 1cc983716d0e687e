"""The four stories themselves, each about ninety seconds."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from heard.demo import stories as at
from heard.demo.stories import Scene, Step, Story


def _voices(scene: Scene) -> str:
    return _now("Follow %(people)s voices to one change") % {"people": at.people_who_asked(scene, "lock_improvement")}


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
            at.poles_page,
            is_shown_at=at.is_poles_page,
        ),
        Step(
            _("Promise in a sentence, by when and by whom"),
            _("Write it in the reply, like “new poles posted by Friday”, or open “Promise something” below your words."),
            lambda scene: at.poles_page(scene, "#reply"),
            is_done=lambda scene: at.has_promised(scene, "alice"),
        ),
        Step(
            _("Send, and see it on her page"),
            _("What you promised stands in the letter, and on Ada’s own page at the same moment."),
            lambda scene: at.ada_page() if at.has_answered(scene, "alice") else at.poles_page(scene, "#reply"),
            is_done=lambda scene: at.has_answered(scene, "alice"),
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
        Step(
            _voices,
            _("Every one of them stands there with their own words, from the first letter to the screw lock."),
            lambda scene: at.page_of(scene, "lock_improvement", "/improvements/{}/"),
            is_shown_at=lambda scene, request: request.path == at.page_of(scene, "lock_improvement", "/improvements/{}/"),
        ),
        Step(
            _("Tell those who spoke up since"),
            _("Whoever was told already is left out. You see the first letters as they will be read before anything goes out."),
            lambda scene: at.page_of(scene, "lock_improvement", "/improvements/{}/telling/"),
            is_done=lambda scene: at.has_told(scene, "dora", "lock_improvement"),
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
            lambda scene: at.ada_page() if scene.poles else "",
            is_shown_at=at.is_ada_page,
        ),
        Step(
            _("Say “not yet”, and be heard"),
            _("It opens the conversation again, and somebody owes her an answer."),
            lambda scene: at.ada_page() if scene.poles else "",
            is_done=at.has_spoken_on_her_page,
        ),
        Step(
            _("See what is held about her, and correct it"),
            _("What staff see of her, she sees as well: take it along, or say what is wrong."),
            lambda scene: at.ada_page("held") if scene.poles else "",
            is_shown_at=lambda scene, request: at.view_of(request) in ("portal:held", "portal:corrections"),
        ),
    ),
    end=_("What Ada said is in Alice’s inbox now."),
)

WEN = Story(
    key="wen",
    who=_("Wen, who runs the site"),
    icon="globe",
    what=_("People look for what fits with what, find nothing on the site, and write to us."),
    begin=_("Be Wen"),
    steps=(
        Step(
            _("Read what they could not find"),
            _("The words of everybody who asked, each in its conversation."),
            lambda scene: at.page_of(scene, "fits_theme", "/themes/{}/"),
            is_shown_at=lambda scene, request: request.path == at.page_of(scene, "fits_theme", "/themes/{}/"),
        ),
        Step(
            _("Decide, with the reason that everybody may read"),
            _("Say that the page is done and what stands on it, and show it on the open window."),
            lambda scene: at.page_of(scene, "fits_improvement", "/improvements/{}/"),
            is_done=lambda scene: at.has_decided(scene, "wen", "fits_improvement"),
        ),
        Step(
            _("Look through the open window"),
            _("What we heard, what we do about it, and each reasoned no: this is what the public sees."),
            lambda scene: at.known_page("/window/"),
            is_shown_at=lambda scene, request: request.path == "/window/",
        ),
    ),
    end=_("Whoever asked can be told now, and whoever comes next finds it without asking."),
)

BOB = Story(
    key="bob",
    who=_("Bob, who knows people"),
    icon="users",
    what=_("Two letters from one Ada, or from two? And two men of one name."),
    begin=_("Be Bob"),
    steps=(
        Step(
            _("See one man in several records"),
            _("His letters, a club card, an old list and a name in the forum are Henrik. “Why we think so” says what speaks for it."),
            lambda scene: at.page_of(scene, "henrik", "/people/{}/"),
            is_shown_at=lambda scene, request: at.is_person(scene, request, "henrik"),
        ),
        Step(
            _("Settle a doubt: same, different or not sure"),
            _("Heard joins nobody below 99 of 100. What it is not sure of waits here, with what agrees and what does not."),
            lambda scene: at.known_page("/people/review/"),
            is_done=lambda scene: at.has_reviewed(scene, "bob"),
        ),
        Step(
            _("See two Owens who were cut apart"),
            _("Father and son share name, house and telephone. Sam cut them; it stays so, and they stand as one household."),
            lambda scene: at.page_of(scene, "owen", "/people/{}/"),
            is_shown_at=lambda scene, request: at.is_person(scene, request, "owen"),
        ),
    ),
    end=_("Nothing was moved to join or to part them: what you decided can be taken back."),
)
