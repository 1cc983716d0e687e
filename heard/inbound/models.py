"""Everything that came in, before anybody understood it; what became of it; and the ledger that balances."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.channels.email.models import Mailbox
from heard.files.models import Blob
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class State(models.TextChoices):
    RECEIVED = "received", _("in hand")
    FILED = "filed", _("filed")
    DISCARDED = "discarded", _("discarded by a rule")
    QUARANTINED = "quarantined", _("in quarantine")
    ERASED = "erased", _("erased")


class Cause(models.TextChoices):
    """Why something could not be understood, or which rule put it aside. The whole vocabulary."""

    TOO_LARGE = "too_large", _("It is larger than we take")
    NOT_AN_EMAIL = "not_an_email", _("It is not an e-mail")
    TOOK_TOO_LONG = "took_too_long", _("Reading it took too long")
    EMPTY = "empty", _("It is empty")
    NO_SENDER = "no_sender", _("It names no sender")
    FAILED = "failed", _("We made a mistake in reading it")
    OWN_LOOP = "own_loop", _("Our own mail came back")
    DUPLICATE = "duplicate", _("We have it already")
    BOUNCE = "bounce", _("A notice that a message could not be delivered")
    SUPPRESSED_AUTOMATIC = "suppressed_automatic", _("An automatic reply beyond the limit")
    ERASED_BEFORE = "erased_before", _("It was erased before")


class Inbound(models.Model):
    """One original as it came. The same bytes in the same mailbox are kept once."""

    personal = Personal(
        what=_("the original of a message"),
        why=_("so that nothing is lost and everything can be read again"),
        keep=_("as long as the interaction"),
        export=_("yes"),
        erase=_("the original is removed; a stub stays so that the ledger balances"),
    )
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", db_index=False)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    transport = models.CharField(max_length=10)
    transport_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    day = models.DateField()
    is_history = models.BooleanField(default=False)
    open_since = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    cause = models.CharField(max_length=24, choices=Cause, blank=True, default="")
    detail = models.CharField(max_length=80, blank=True, default="")
    interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="originals")
    is_copy = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "inbounds"
        constraints = [models.UniqueConstraint(fields=["mailbox", "digest"], name="original_is_kept_once_per_mailbox")]
        indexes = [
            models.Index(fields=["mailbox", "day", "state"], name="ledger_of_a_day"),
            models.Index(fields=["state", "cause"], condition=Q(state="quarantined"), name="quarantine"),
            models.Index(fields=["received_at"], condition=Q(state="received"), name="inbounds_in_hand"),
            models.Index(fields=["mailbox", "transport_id"], name="inbounds_by_transport"),
        ]


class LedgerDay(models.Model):
    """How many originals a mailbox took in on a day: counted when they came, apart from the rows themselves."""

    personal = None
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="ledger_days", db_index=False)
    day = models.DateField()
    received = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "ledger_days"
        constraints = [models.UniqueConstraint(fields=["mailbox", "day"], name="ledger_has_a_day_once")]


class MailImport(models.Model):
    """An import of files: how far each was read, so that it can be resumed where it stopped."""

    personal = None
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=1000)
    fingerprint = models.CharField(max_length=64)
    open_since = models.DateTimeField(null=True)
    position = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known_already = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mail_imports"
        constraints = [models.UniqueConstraint(fields=["mailbox", "path", "fingerprint"], name="file_is_imported_once")]
