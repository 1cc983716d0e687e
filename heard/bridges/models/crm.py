"""A bridge to a CRM: what it may carry, how far both sides were read, what waits to be sent, and where the two say different things."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, User
from heard.accounts.selectors import readable_audience_ids
from heard.people.models import Identity
from heard.privacy.registry import Personal


class BridgeState(models.TextChoices):
    NEW = "new", _("not started")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")


class Direction(models.TextChoices):
    """Which way a field goes. `in`: the CRM says it; `out`: we say it; `both`: whoever changed it last, and people where both did."""

    OFF = "off", _("not carried")
    IN = "in", _("from there to here")
    OUT = "out", _("from here to there")
    BOTH = "both", _("both ways")


class WhenGone(models.TextChoices):
    """What becomes of what a CRM said about somebody when it deletes them."""

    ASK = "ask", _("ask a colleague each time")
    KEEP = "keep", _("keep what it said")
    WITHDRAW = "withdraw", _("withdraw what it said")


class Bridge(models.Model):
    """One CRM. Whoever is named by `audience` may know the people that come over it, and only people they know go over.

    `profile` names a shipped mapping; `mapping` is one of one's own. `directions` are the fields whose direction is not the profile's.
    Everything of theirs that changed before `read_until` was read. The secret is encrypted with a key outside the database.
    """

    personal = None
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), max_length=30, unique=True)
    profile = models.CharField(_("system"), max_length=40)
    mapping = models.JSONField(null=True)
    address = models.CharField(_("address"), max_length=300)
    username = models.CharField(_("client or user"), max_length=200, blank=True, default="")
    secret_sealed = models.BinaryField(null=True)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    directions = models.JSONField(default=dict)
    makes_contacts = models.BooleanField(_("make a contact of whoever writes to us"), default=False)
    contacts_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    when_gone = models.CharField(_("when the CRM deletes somebody"), max_length=10, choices=WhenGone, default=WhenGone.ASK)
    minutes = models.PositiveIntegerField(_("look every so many minutes"), default=5)
    state = models.CharField(max_length=10, choices=BridgeState, default=BridgeState.NEW)
    read_until = models.DateTimeField(null=True)
    is_read_whole = models.BooleanField(default=False)
    swept_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True, default="")
    problem_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "bridges"
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="running"), name="bridges_that_run_next")]

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        """What stands as the source of everything that came over it."""
        return f"crm:{self.slug}"

    @property
    def is_running(self) -> bool:
        return self.state == BridgeState.RUNNING


class BridgeRun(models.Model):
    """One look at a CRM; `is_dry` changed nothing anywhere. `samples` are the first things a dry run would do, `problems` what could not be taken."""

    personal = Personal(
        what=_("the first lines of what a look at another system would change"),
        why=_("to see what a bridge does before it does it"),
        keep=_("a week"),
        export=_("no; what was taken in is"),
        erase=_("emptied"),
    )
    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="runs", db_index=False)
    is_dry = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, default="")
    read = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    samples = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "bridge_runs"
        indexes = [models.Index(fields=["bridge", "-id"], name="bridge_runs_newest_first")]


class BridgeRecord(models.Model):
    """Which record of theirs is which identity of ours. `digest` is over what they last said; `gone_at` is since when they have it no more."""

    personal = Personal(
        what=_("the number under which another system keeps somebody"),
        why=_("to keep both systems alike"),
        keep=_("as long as the bridge"),
        export=_("yes"),
        erase=_("removed; the other system is told to forget them"),
    )
    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="records", db_index=False)
    external_id = models.CharField(max_length=200)
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, default="")
    their_modified_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "bridge_records"
        constraints = [models.UniqueConstraint(fields=["bridge", "external_id"], name="record_is_mapped_once")]


class BridgeValue(models.Model):
    """One field of one record as it was last settled: what they said and since when, what we said, by whom and since when."""

    personal = Personal(
        what=_("what another system and we said of somebody when we last compared"),
        why=_("to know which side changed something, and never to overwrite silently"),
        keep=_("as long as the bridge"),
        export=_("no; both values are in the copy already"),
        erase=_("removed"),
    )
    record = models.ForeignKey(BridgeRecord, models.CASCADE, related_name="values", db_index=False)
    field = models.CharField(max_length=20)
    theirs = models.CharField(max_length=500, blank=True, default="")
    theirs_at = models.DateTimeField(null=True)
    ours = models.CharField(max_length=500, blank=True, default="")
    ours_at = models.DateTimeField(null=True)
    ours_by = models.CharField(max_length=40, blank=True, default="")
    settled = models.CharField(max_length=10)
    settled_at = models.DateTimeField()

    class Meta:
        db_table = "bridge_values"
        constraints = [models.UniqueConstraint(fields=["record", "field"], name="field_of_a_record_is_settled_once")]


class Verdict(models.TextChoices):
    OPEN = "", _("open")
    THEIRS = "theirs", _("theirs")
    OURS = "ours", _("ours")
    PAST = "past", _("settled by itself")


class BridgeConflictQuerySet(models.QuerySet["BridgeConflict"]):
    def visible_to(self, actor: User) -> BridgeConflictQuerySet:
        """Those about people whom `actor` may know by this bridge."""
        return self.filter(record__bridge__audience__in=readable_audience_ids(actor))

    def open(self) -> BridgeConflictQuerySet:
        return self.filter(verdict=Verdict.OPEN)


class BridgeConflict(models.Model):
    """Both sides say something else of a field, and nobody may choose but a person. Field "record": they deleted whom we still know."""

    personal = Personal(
        what=_("two different things said of somebody by another system and by us"),
        why=_("so that a colleague decides and nothing is overwritten silently"),
        keep=_("as long as the bridge"),
        export=_("no; both values are in the copy already"),
        erase=_("removed"),
    )
    record = models.ForeignKey(BridgeRecord, models.CASCADE, related_name="conflicts", db_index=False)
    field = models.CharField(max_length=20)
    theirs = models.CharField(max_length=500, blank=True, default="")
    theirs_at = models.DateTimeField(null=True)
    ours = models.CharField(max_length=500, blank=True, default="")
    ours_at = models.DateTimeField(null=True)
    ours_by = models.CharField(max_length=40, blank=True, default="")
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default=Verdict.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects = BridgeConflictQuerySet.as_manager()

    class Meta:
        db_table = "bridge_conflicts"
        constraints = [
            models.UniqueConstraint(fields=["record", "field"], condition=Q(verdict=""), name="field_is_in_doubt_once"),
        ]
        indexes = [models.Index(fields=["record", "-at"], name="bridge_conflicts_by_record")]


class ErrandKind(models.TextChoices):
    UPDATE = "update", _("bring up to date")
    CREATE = "create", _("make")
    ERASE = "erase", _("forget")


class BridgeErrand(models.Model):
    """Something to tell a CRM. What is told is worked out when it is: here stand ids alone. `external_id` is emptied when an erasure is done.

    `attempts` failed so far; `is_over` says that it will not be tried again by itself, `problem` why.
    """

    personal = Personal(
        what=_("that another system is to be told something of somebody"),
        why=_("so that nothing is lost while it cannot be reached"),
        keep=_("until it is told"),
        export=_("no"),
        erase=_("removed; only the order to forget them stays until the other system did"),
    )
    bridge = models.ForeignKey(Bridge, models.CASCADE, related_name="errands")
    kind = models.CharField(max_length=10, choices=ErrandKind)
    external_id = models.CharField(max_length=200)
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True, default="")
    is_over = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "bridge_errands"
        constraints = [
            models.UniqueConstraint(fields=["bridge", "kind", "external_id"], condition=Q(done_at=None), name="errand_is_asked_once"),
            models.UniqueConstraint(fields=["bridge", "identity"], condition=Q(kind="create"), name="contact_is_made_once"),
        ]
        indexes = [
            models.Index(fields=["bridge", "due_at"], condition=Q(done_at=None, is_over=False), name="bridge_errands_to_do"),
            models.Index(F("done_at"), condition=Q(done_at__isnull=False), name="bridge_errands_done"),
        ]
