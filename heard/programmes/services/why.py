"""Writing the why: versions that follow one another, and the signature that makes one of them hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from heard.accounts.models import User
from heard.events import record_event
from heard.lib.errors import Refusal
from heard.lib.text import storable
from heard.lib.time import now
from heard.programmes.models import LONGEST, WhyVersion
from heard.programmes.selectors import latest_version


class SomebodyElseWrote(Refusal):
    """A newer version was saved since this one was read."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The four answers of the page, as plain text. The first and the third are never empty."""

    whom_we_serve: str
    what_they_value: str
    what_we_promise: str
    experience_we_want: str


def write_why(wording: Wording, *, by: User, based_on: int, because: str = "") -> WhyVersion:
    """Save a new version as the draft. `based_on` is the number of the version that was read, 0 for none.

    The same words twice make one version. Raises SomebodyElseWrote when a newer version was saved meanwhile: two people then read
    each other's words instead of losing them.
    """
    values = {name: storable(value.strip(), LONGEST) for name, value in asdict(wording).items()}
    try:
        with transaction.atomic():
            latest = latest_version()
            if latest is not None and latest.is_draft and latest.by_id == by.pk and _wording_of(latest) == values:
                return latest
            _refuse_if_overtaken(latest, based_on)
            version = WhyVersion.objects.create(
                number=(latest.number if latest else 0) + 1, by=by, at=now(), because=storable(because.strip(), 300), **values
            )
            record_event("why.drafted", version, actor=by, version=version.number)
    except IntegrityError as clash:  # two saved the same number in the same moment: the second reads the first one's words
        raise _overtaken() from clash
    return version


def sign_off(number: int, *, by: User) -> WhyVersion:
    """Let the draft `number` hold from now on, with the signature of `by`. Twice does no harm.

    Raises SomebodyElseWrote when `number` is not the newest version: one signs what one has read. Raises Refusal when it was dropped.
    """
    with transaction.atomic():
        version = _locked_latest(number)
        if version.signed_at is not None:
            return version
        if version.dropped_at is not None:
            raise Refusal(_("This draft was dropped. Write a new one from it."))
        WhyVersion.objects.filter(pk=version.pk).update(signed_by=by, signed_at=now())
        record_event("why.signed_off", version, actor=by, version=version.number)
    version.refresh_from_db()
    return version


def drop_draft(number: int, *, by: User) -> WhyVersion:
    """Put the draft `number` aside; its words stay in the history. Twice does no harm. Raises SomebodyElseWrote as `sign_off` does."""
    with transaction.atomic():
        version = _locked_latest(number)
        if version.signed_at is not None:
            raise Refusal(_("This version is signed off. Write a new one to change it."))
        if version.dropped_at is None:
            WhyVersion.objects.filter(pk=version.pk).update(dropped_by=by, dropped_at=now())
            record_event("why.dropped", version, actor=by, version=version.number)
    version.refresh_from_db()
    return version


def _locked_latest(number: int) -> WhyVersion:
    version = WhyVersion.objects.select_for_update().order_by("-number").first()
    if version is None or version.number != number:
        raise _overtaken()
    return version


def _refuse_if_overtaken(latest: WhyVersion | None, based_on: int) -> None:
    if (latest.number if latest else 0) != based_on:
        raise _overtaken()


def _overtaken() -> SomebodyElseWrote:
    return SomebodyElseWrote(_("Somebody saved a newer version meanwhile. Read it first; your words are still here."))


def _wording_of(version: WhyVersion) -> dict[str, str]:
    return {name: getattr(version, name) for name in Wording.__dataclass_fields__}
