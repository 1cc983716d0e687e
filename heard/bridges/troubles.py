"""What stopped a bridge, in a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _


def trouble_in_words(problem: str) -> str:
    """A problem of the way or of a server as a person would say it."""
    return {
        "unreachable": _("The server cannot be reached. Is the address right, and is it running?"),
        "timed_out": _("The server does not answer in time. We try again by ourselves."),
        "tls_failed": _("The server’s certificate is not valid, so nothing was sent to it."),
        "too_large": _("The server answered more than we take at once."),
        "not_allowed": _("This address is inside our own network. Whoever runs this installation can open it with HEARD_BRIDGE_HOSTS."),
        "broken_off": _("The connection broke in the middle. Nothing is lost; we go on from there by ourselves."),
        "not_http": _("What answers there is no web server."),
        "wrong_address": _("This is no address of the web."),
        "bad_login": _("The server does not take this user name and password."),
        "forbidden": _("This user name may not read there."),
        "absent": _("There is nothing at this address any more."),
        "busy": _("The server has too much to do. We try again by ourselves."),
        "server_error": _("The server has a fault of its own. We try again by ourselves."),
        "not_dav": _("What answers there is no CardDAV server. The address of the server alone is often enough."),
        "no_book": _("There is no address book at this address, and none that the server offers to this user name."),
        "read_only": _("This user name may read there and not write. Let nothing go there, or use another user name."),
        "full": _("There is no room left on the server."),
        "refused_card": _("The server does not take this card as it is."),
        "wrong_key": _("The password cannot be opened: the key of this installation is another than before. Enter the password again."),
    }.get(problem, _("Something went wrong. We try again by ourselves."))


def card_trouble_in_words(problem: str) -> str:
    """Why a single card was left out."""
    return {
        "unreadable": _("This card cannot be read."),
        "group": _("This card is a list of others and nobody."),
        "erased": _("Whoever this card speaks of was erased here, and does not come back."),
    }.get(problem) or (trouble_in_words(problem) if problem.replace("_", "").isalpha() and " " not in problem else problem)
