"""What customers did on their page, the codes that prove an address, and which links work no more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.conversations.models import Conversation
from heard.people.models import Identity
from heard.privacy.registry import Personal
from heard.timeline.models import Interaction


class RevocationReason(models.TextChoices):
    COLLEAGUE = "colleague", _("a colleague stopped them")
    NOT_ME = "not_me", _("the recipient says: this is not me")


class LinkRevocation(models.Model):
    """Every link of an identity to a conversation that was made until `revoked_at` opens nothing any more."""

    personal = Personal(
        what=_("that the links to somebody’s page were stopped, when and why"),
        why=_("so that a link in wrong hands opens nothing"),
        keep=_("as long as the conversation"),
        export=_("yes"),
        erase=_("stays between stubs"),
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+")
    revoked_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=RevocationReason)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "link_revocations"
        indexes = [models.Index(fields=["conversation", "identity", "revoked_at"], name="revocations_by_link")]


class AnswerKind(models.TextChoices):
    SOLVED = "solved", _("solved")
    NOT_YET = "not_yet", _("not yet")


class Answer(models.Model):
    """What a customer said to “Is it solved?”, each time; the newest counts. `interaction` puts it on their time line."""

    personal = Personal(
        what=_("whether somebody said that their matter was solved, and when"),
        why=_("to take it up again, or to leave them in peace"),
        keep=_("as long as the conversation"),
        export=_("yes"),
        erase=_("stays between stubs"),
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="customer_answers", db_index=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=AnswerKind)
    interaction = models.OneToOneField(Interaction, models.CASCADE, related_name="customer_answer")
    at = models.DateTimeField()

    class Meta:
        db_table = "customer_answers"
        indexes = [models.Index(fields=["conversation", "identity", "-at"], name="answers_newest_first")]


class Code(models.Model):
    """A code was asked for. The code itself is nowhere: it is worked out from `nonce` with a key outside the database.

    A row is made for unknown addresses as well (`identity` null), so that the answer is the same and takes as long. `request` names it
    towards the browser; `wanted` is what the customer was about to do.
    """

    personal = Personal(
        what=_("that a code was sent to an address, kept as a keyed hash of it"),
        why=_("to prove that somebody reads the mail of this address"),
        keep=_("a week"),
        export=_("no"),
        erase=_("removed"),
    )
    request = models.UUIDField(unique=True)
    nonce = models.BinaryField(max_length=16)
    address_key = models.CharField(max_length=64)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="+")
    wanted = models.CharField(max_length=12, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "codes"
        indexes = [models.Index(fields=["made_at"], name="codes_by_age")]


class Attempt(models.Model):
    """One thing that may only happen so often: counted per address, per conversation and per network, all as keyed hashes."""

    personal = Personal(
        what=_("keyed hashes of an address and a network address"),
        why=_("to slow down guessing, and floods of words"),
        keep=_("one day"),
        export=_("no"),
        erase=_("expires"),
    )
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "portal_attempts"
        indexes = [
            models.Index(fields=["key", "at"], name="portal_attempts_by_key"),
            models.Index(fields=["at"], name="portal_attempts_by_age"),
        ]


class FrontDoor(models.Model):
    """What every customer's page says of the company: one row. Hours are those of the calendar by which the team answers."""

    personal = None
    company = models.CharField(_("name of the company"), max_length=80, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "front_doors"
