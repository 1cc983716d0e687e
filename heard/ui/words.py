"""The sentences that scripts say, so that scripts carry none of their own. Sent once with each page, translated."""

import json
from functools import cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def words_for_scripts() -> str:
    """JSON of name → sentence; `{n}` stands for a number, `.one` and `.other` are the plural forms."""
    return _written(get_language() or "")


@cache
def _written(language: str) -> str:
    return json.dumps(
        {
            "now": _("less than a minute"),
            "hours": _("%(count)s h") % {"count": "{n}"},
            "minutes": _("%(count)s min") % {"count": "{n}"},
            "days.one": ngettext("%(count)s day", "%(count)s days", 1) % {"count": "{n}"},
            "days.other": ngettext("%(count)s day", "%(count)s days", 2) % {"count": "{n}"},
            "new.one": ngettext("%(count)s new", "%(count)s new", 1) % {"count": "{n}"},
            "new.other": ngettext("%(count)s new", "%(count)s new", 2) % {"count": "{n}"},
            "show": _("Show"),
            "offline": _("You are offline."),
            "offline.rest": _("What you write stays here."),
            "reconnecting": _("The connection was lost."),
            "reconnecting.rest": _("Trying again; what you write stays here."),
            "online": _("You are connected again."),
            "unreachable": _("That did not reach us."),
            "unreachable.rest": _("Nothing was lost here. Try again when you are connected."),
            "draft.kept": _("Kept"),
            "draft.here": _("Kept on this device only"),
            "draft.back": _("What you wrote before is back."),
            "quoted.show": _("Show the quoted rest"),
            "quoted.hide": _("Hide the quoted rest"),
            "mark": _("What do these words show?"),
            "changed": _("This changed while you were writing."),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
