"""What erasure leaves: keyed one-way tombstones, and the certificate of what each store did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.privacy.registry import Personal


class Tombstone(models.Model):
    """A keyed hash of something that was erased, so that no re-fetch, import or restore brings it back.

    `kind` is what was hashed: `mail` (digest of a raw original), `message` (Message-ID and sender), `transport` (mailbox and transport id),
    `address`, `identity` (id and address) or `interaction` (id and time); the last two recognise rows of an older backup.
    """

    personal = Personal(
        what=_("a keyed one-way hash of an erased original or address"),
        why=_("to keep what was erased from coming back by import or restore"),
        keep=_("for ever; it cannot be read back"),
        export=_("no"),
        erase=_("stays: it is the erasure"),
    )
    kind = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32)
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "tombstones"
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="tombstone_is_kept_once")]


class Erasure(models.Model):
    """One erasure: when, by whom, and what each store did (its certificate). Holds no words and no address.

    `pending` is what is still to be removed or overwritten, by store; the erasure is finished when nothing is.
    """

    personal = None
    number_of_identities = models.PositiveIntegerField()
    requested_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcomes = models.JSONField(default=list)
    pending = models.JSONField(default=dict)
    is_replay = models.BooleanField(default=False)

    class Meta:
        db_table = "erasures"
        indexes = [models.Index(fields=["id"], condition=models.Q(finished_at=None), name="erasures_unfinished")]
