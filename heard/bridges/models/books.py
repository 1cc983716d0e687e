"""An address book on another server, and which card of it is who."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience
from heard.people.models import Identity, Segment
from heard.privacy.registry import Personal


class Sends(models.TextChoices):
    NOTHING = "nothing", _("nothing: we only read")
    CHANGES = "changes", _("what changes here of people who have a card there")
    SEGMENT = "segment", _("that, and a card for everybody in a segment")
    EVERYBODY = "everybody", _("that, and a card for everybody these teams know")


class AddressBook(models.Model):
    """An address book reached by CardDAV. Its `audience` may know whoever is in it, and only people they know go there.

    `sync_token` is how far it was read (RFC 6578), `ctag` the same for servers that know no tokens. `found` are the address books a server
    offered, until somebody chose one. The password is encrypted with a key outside the database.
    """

    personal = None
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    username = models.CharField(_("user name"), max_length=200, blank=True, default="")
    password_sealed = models.BinaryField(null=True)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    sends = models.CharField(_("what goes there"), max_length=10, choices=Sends, default=Sends.NOTHING)
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("segment"))
    forgets = models.BooleanField(_("take back what a card said when it is deleted there"), default=False)
    minutes = models.PositiveIntegerField(_("look every so many minutes"), default=15)
    is_active = models.BooleanField(_("active"), default=True)
    is_chosen = models.BooleanField(default=False)
    found = models.JSONField(default=list)
    version = models.CharField(max_length=3, default="3.0")
    sync_token = models.CharField(max_length=1000, blank=True, default="")
    ctag = models.CharField(max_length=500, blank=True, default="")
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True, default="")
    problem_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    once = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "address_books"
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_active=True, ended_at=None), name="address_books_to_look_at")]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What stands as the source of everything that came from it."""
        return f"book:{self.pk}"

    @property
    def sends_cards(self) -> bool:
        """Whether it makes cards of people who have none there."""
        return self.sends in {Sends.SEGMENT, Sends.EVERYBODY}


class BookCard(models.Model):
    """One card of an address book and whose it is.

    `theirs` is what the card said when it was last read or written, `ours` what we said then, `given` what of it came from us alone: from the
    three it follows who changed something since. `gone_at` is since when they have it no more; `is_to_go` that we must delete it there.
    `is_made_here`: we made it, of the person of `identity`.
    """

    personal = Personal(
        what=_("which card of an address book is somebody's, and what it said when it was last read"),
        why=_("to keep the address book and us alike"),
        keep=_("as long as the address book is connected"),
        export=_("no; what it says is among the facts"),
        erase=_("emptied; where we write to the address book, the card is deleted there"),
    )
    book = models.ForeignKey(AddressBook, models.CASCADE, related_name="cards", db_index=False)
    href = models.CharField(max_length=700)
    etag = models.CharField(max_length=300, blank=True, default="")
    uid = models.CharField(max_length=320, blank=True, default="")
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="+")
    theirs = models.JSONField(default=dict)
    ours = models.JSONField(default=dict)
    given = models.JSONField(default=dict)
    is_made_here = models.BooleanField(default=False)
    is_to_go = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "book_cards"
        constraints = [models.UniqueConstraint(fields=["book", "href"], name="card_is_known_once")]
        indexes = [models.Index(fields=["book", "uid"], name="book_cards_by_uid")]


class CardVerdict(models.TextChoices):
    OPEN = "", _("open")
    THEIRS = "theirs", _("theirs")
    OURS = "ours", _("ours")
    PAST = "past", _("settled by itself")


class CardConflict(models.Model):
    """The address book and we both changed a field of somebody, to different values. Nothing is overwritten until somebody chooses."""

    personal = Personal(
        what=_("two different things said of somebody by an address book and by us"),
        why=_("so that a colleague decides and nothing is overwritten silently"),
        keep=_("as long as the address book is connected"),
        export=_("no; both values are in the copy already"),
        erase=_("removed"),
    )
    card = models.ForeignKey(BookCard, models.CASCADE, related_name="conflicts")
    field = models.CharField(max_length=20)
    theirs = models.CharField(max_length=500, blank=True, default="")
    ours = models.CharField(max_length=500, blank=True, default="")
    theirs_at = models.DateTimeField(null=True)
    ours_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=CardVerdict, blank=True, default=CardVerdict.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        db_table = "card_conflicts"
        constraints = [models.UniqueConstraint(fields=["card", "field"], condition=Q(verdict=""), name="field_of_a_card_is_in_doubt_once")]
