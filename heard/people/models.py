"""Who: identities as their sources gave them, what we decided about them, and the people derived from that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, User
from heard.accounts.selectors import readable_audience_ids
from heard.people.phones import shown_phone
from heard.privacy.registry import Personal


class Organisation(models.Model):
    """A company or group, known by its mail domain."""

    personal = None
    domain = models.CharField(max_length=253, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organisations"

    def __str__(self) -> str:
        return self.name


class IdentityQuerySet(models.QuerySet["Identity"]):
    def visible_to(self, actor: User) -> IdentityQuerySet:
        """Those of whom `actor` may read at least one interaction. Joining people does not add to it."""
        return self.filter(
            models.Exists(IdentityAudience.objects.filter(identity=models.OuterRef("pk"), audience__in=readable_audience_ids(actor)))
        )

    def known(self) -> IdentityQuerySet:
        """Those that are not erased, and those of which something came back after it (mail that was being filed at that moment)."""
        came_back = ~Q(display_name="") | models.Exists(Identifier.objects.filter(identity=models.OuterRef("pk")))
        return self.filter(Q(erased_at=None) | came_back)

    def heads(self) -> IdentityQuerySet:
        """One identity per person: the one whose id is the person's number."""
        return self.filter(pk=F("person_number"))


class Identity(models.Model):
    """One source's record of somebody: a mail correspondent, a line of an import.

    `person_number` is derived and never a foreign key of anything: the smallest id among the identities that are the
    same person. A person's page resolves any of its identities' ids, so old numbers redirect for ever.
    """

    personal = Personal(
        what=_("a name and the source it came from"),
        why=_("to know who spoke"),
        keep=_("as long as what they said"),
        export=_("yes"),
        erase=_("emptied to a stub"),
    )
    source = models.CharField(max_length=40)
    display_name = models.CharField(max_length=200, blank=True, default="")
    person_number = models.BigIntegerField(default=0, db_index=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="identities")
    language = models.CharField(max_length=10, blank=True, default="")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    bounced_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        db_table = "identities"
        indexes = [
            models.Index(F("last_seen_at").desc(), name="identities_newest_first"),
            models.Index(Lower("display_name"), name="identities_by_name"),
        ]

    def __str__(self) -> str:
        return self.display_name or f"identity {self.pk}"


class Identifier(models.Model):
    """An address of an identity. Two identities may hold the same one; `verified_at` is when a message proved it.

    `kind` is email, phone, handle ("network:name"), id ("kind:number", as of a passport), customer (another system's number as orders name
    it) or external: the number under which `source` keeps this very record.
    """

    personal = Personal(
        what=_("an e-mail address, telephone number or another sign by which somebody is known"),
        why=_("to answer, and to know who spoke"),
        keep=_("as long as what they said"),
        export=_("yes"),
        erase=_("removed; a keyed one-way tombstone stays"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="identifiers", db_index=False)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    source = models.CharField(max_length=40)
    verified_at = models.DateTimeField(null=True)
    verified_how = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identifiers"
        constraints = [
            models.UniqueConstraint(fields=["identity", "kind", "value"], name="identity_holds_an_identifier_once"),
            models.UniqueConstraint(
                fields=["source", "kind", "value"], condition=Q(source="mail"), name="mail_correspondent_is_one_identity"
            ),
            models.UniqueConstraint(fields=["source", "value"], condition=Q(kind="external"), name="record_of_a_source_is_one_identity"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="identifiers_by_value")]

    @property
    def shown(self) -> str:
        """The value as people write it."""
        return shown_phone(self.value) if self.kind == "phone" else self.value


class Fact(models.Model):
    """Something a source said about an identity: a name, a birth date, a postal address; with its time, verified or claimed.

    `parts` names the parts of a name (given, middle, family) or of an address (street, number, town, postcode, region, country) where the source tells them
    apart. `retracted_at` is since when the source does not say so any more; the fact stays, and counts for nothing.
    """

    personal = Personal(
        what=_("a name, telephone or address as given"),
        why=_("to address and reach somebody as they wish"),
        keep=_("as long as what they said"),
        export=_("yes"),
        erase=_("removed"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=500)
    parts = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=40)
    at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_how = models.CharField(max_length=40, blank=True, default="")
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "facts"
        constraints = [models.UniqueConstraint(fields=["identity", "kind", "value", "source"], name="fact_is_noted_once")]


class LinkDecision(models.Model):
    """Two identities are the same person, or are not: by whom, why, and until when. Never changed, only retracted."""

    personal = Personal(
        what=_("a decision that two identities are, or are not, one person"),
        why=_("to answer one person as one"),
        keep=_("as long as the identities"),
        export=_("yes"),
        erase=_("stays between stubs; the reason is emptied"),
    )
    SAME, DIFFERENT = "same", "different"
    one = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=[(SAME, SAME), (DIFFERENT, DIFFERENT)])
    reason = models.CharField(max_length=300, blank=True, default="")
    model_version = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "link_decisions"
        constraints = [models.CheckConstraint(condition=Q(one__lt=F("other")), name="link_decision_names_the_smaller_first")]
        indexes = [
            models.Index(fields=["one", "other"], name="decisions_by_pair"),
            models.Index(fields=["other"], name="decisions_by_other"),
        ]


class IdentityAudience(models.Model):
    """Who may know of an identity: every audience that may read one of its interactions."""

    personal = None
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="identity_audiences", db_index=False)
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+")

    class Meta:
        db_table = "identity_audiences"
        constraints = [models.UniqueConstraint(fields=["identity", "audience"], name="identity_is_known_to_an_audience_once")]


class Purpose(models.TextChoices):
    """What we write to people for without being asked. An answer to what they asked is none of these."""

    OUTCOMES = "outcomes", _("what came of what they told us")


class ContactChoice(models.Model):
    """Somebody said whether we may write to them unasked for a purpose. Never changed; the newest of an identity holds.

    A person's choice is the narrowest of their identities'. `how` names the door: the link in a mail, a colleague who was told.
    """

    personal = Personal(
        what=_("whether somebody wants to hear from us unasked, and since when"),
        why=_("to leave alone whoever wishes it"),
        keep=_("as long as the identity"),
        export=_("yes"),
        erase=_("removed: whoever is erased has no address any more"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="contact_choices", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    is_allowed = models.BooleanField()
    how = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "contact_choices"
        indexes = [models.Index(fields=["identity", "purpose", "-id"], name="contact_choices_newest_first")]


class Contact(models.Model):
    """We wrote to somebody unasked, so they are left alone for a while."""

    personal = Personal(
        what=_("when we wrote to somebody unasked, and for what"),
        why=_("not to write too often"),
        keep=_("as long as the identity"),
        export=_("yes"),
        erase=_("removed"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="contacts", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    at = models.DateTimeField()

    class Meta:
        db_table = "contacts"
        indexes = [models.Index(fields=["identity", "at"], name="contacts_by_identity")]


from heard.people.heads_up_models import HeadsUp  # noqa: E402, F401 — they refer to the rows above
from heard.people.household_models import Household, HouseholdMember  # noqa: E402, F401
from heard.people.owner_models import HandedOverSegment, HandOver, RelationshipOwner  # noqa: E402, F401
from heard.people.segment_models import Attribute, CountedSubject, Segment, SegmentMember, SegmentVersion  # noqa: E402, F401
