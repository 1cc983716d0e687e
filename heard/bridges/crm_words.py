"""What happens on a bridge in words: troubles with what to do about them, fields, and who said something."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, str | Promise] = {
    "unreachable": _("The CRM cannot be reached. Look at its address."),
    "timed_out": _("The CRM does not answer in time."),
    "tls_failed": _("No safe connection is possible: the CRM's certificate is not valid."),
    "too_large": _("The CRM answers with more than we take at once."),
    "not_allowed": _("This address lies inside our network. HEARD_BRIDGE_HOSTS must name it first."),
    "broken_off": _("The connection ended in the middle. Nothing is lost; it is tried again."),
    "not_http": _("Something else answers at this address."),
    "wrong_address": _("This is no address of a web service."),
    "bad_login": _("The CRM refuses the log-in. Enter client and secret again."),
    "forbidden": _("The CRM does not allow this user to do that. Give it the right there."),
    "busy": _("The CRM asks us to wait. We wait."),
    "broken": _("The CRM fails at its own work. It is tried again."),
    "refused": _("The CRM refuses this. Look there what it asks for, then try again."),
    "unreadable": _("The CRM answers, but not as the mapping says. Is the address right?"),
    "gone": _("They do not have this any more."),
    "exists": _("They have this already."),
    "still_there": _("The CRM says that it deleted this, and still has it."),
    "not_read_yet": _("It waits until everything of theirs was read once."),
    "known": _("They had this person already."),
    "nothing_to_say": _("There is nothing to tell of this person."),
    "wrong_key": _("The secret cannot be decrypted any more. Enter it again."),
    "wrong_profile": _("The mapping cannot be used. Look at the settings."),
    "too_many_gone": _(
        "Very many people are gone from the CRM at once. That may be a right that was taken away, so nothing was done. Look there first."
    ),
    "cut_short": _("It takes longer than five minutes; the next look goes on from here."),
    "busy_here": _("Another look was under way. Try again in a moment."),
}
PASSING = frozenset({"busy", "broken_off", "timed_out", "broken", "cut_short"})

FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "address": _("Postal address"),
    "birth_date": _("Date of birth"),
    "organisation": _("Organisation"),
    "language": _("Language"),
    "record": _("The whole record"),
}

WAYS: dict[str, str | Promise] = {
    "made": _("would be new here"),
    "agree": _("is the same on both sides"),
    "take": _("would be taken from there"),
    "send": _("would be told to them"),
    "ask": _("a colleague would be asked"),
}


def problem_in_words(problem: str) -> str:
    """The sentence for a trouble; "" for none."""
    return str(PROBLEMS.get(problem, problem and _("This does not work now.")))


def field_in_words(field: str) -> str:
    """A field's name."""
    return str(FIELDS.get(field, field))


def said_by(who: str) -> str:
    """Who gave a value of ours."""
    if who == "customer":
        return _now("said by the customer")
    if who == "colleague":
        return _now("written by a colleague")
    return _now("proved by a message")
