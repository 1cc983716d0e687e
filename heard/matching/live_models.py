"""What live matching keeps: the model in force, each record in its normal form, the keys by which it is found, and the pairs that may be one person.

None of these refers to an identity with a constraint of the database: an insert would hold the identity's row on PostgreSQL, while whoever
decides about it holds it too and waits for us. Identities are never deleted; an erasure empties them, and removes these rows.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.people.models import Identity
from heard.privacy.registry import Personal


class MatchModel(models.Model):
    """One version of the weights. Each join names its version; `weights` is the file, frozen.

    A new version is built beside the active one, its pairs in rows of their own, and takes over at once. `matched_until` is the identity up
    to which everybody was looked at under it.
    """

    personal = None
    BUILDING, ACTIVE, RETIRED = "building", "active", "retired"
    version = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=[(BUILDING, BUILDING), (ACTIVE, ACTIVE), (RETIRED, RETIRED)])
    weights = models.BinaryField()
    matched_until = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "match_models"
        constraints = [models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="one_model_is_active")]


class MatchRecord(models.Model):
    """An identity as it is compared: `packed` is a `matching.records.Record` in its normal form.

    `is_claim`: nothing in it was proved and it came from a form that anybody may fill in; it never joins on its own.
    """

    personal = Personal(
        what=_("names, addresses, telephones and dates as given, in the form in which they are compared"),
        why=_("to notice that two records are one person"),
        keep=_("as long as the identity"),
        export=_("no: it repeats what is in the copy already"),
        erase=_("removed"),
    )
    identity = models.OneToOneField(Identity, models.CASCADE, related_name="match_record", db_constraint=False)
    packed = models.BinaryField()
    is_claim = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "match_records"


class MatchKey(models.Model):
    """A record is found by this key: a one-way hash of an address, a telephone, parts of a name with a year, and so on."""

    personal = Personal(
        what=_("one-way hashes of addresses, telephones and parts of names"),
        why=_("to find records of the same person quickly"),
        keep=_("as long as the identity"),
        export=_("no: they cannot be read"),
        erase=_("removed"),
    )
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    key = models.BigIntegerField()

    class Meta:
        db_table = "match_keys"
        constraints = [models.UniqueConstraint(fields=["key", "identity"], name="record_has_a_key_once")]


class MatchEdge(models.Model):
    """Two records that are one person at least as likely as not, under one model. Derived: a function of the records and the model.

    `joint_probability` is that of the two persons they had become part of, where comparing whole persons settled it. `state` follows
    decisions: `joined` (one person now), `open` (waits for a colleague), `apart`. `obstacle` is a word for what keeps them apart: veto,
    cohesion, claim, or decided.
    """

    personal = Personal(
        what=_("that two records are probably of one person, and how probably"),
        why=_("to answer one person as one"),
        keep=_("as long as the identities"),
        export=_("no: the other record may be somebody else's"),
        erase=_("removed"),
    )
    JOINED, OPEN, APART = "joined", "open", "apart"
    model = models.ForeignKey(MatchModel, models.CASCADE, related_name="edges", db_index=False)
    one = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    other = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_constraint=False)
    probability = models.FloatField()
    weight = models.FloatField()
    joint_probability = models.FloatField(null=True)
    veto = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, default=OPEN, choices=[(JOINED, JOINED), (OPEN, OPEN), (APART, APART)])
    obstacle = models.CharField(max_length=20, blank=True, default="")
    found_at = models.DateTimeField()

    class Meta:
        db_table = "match_edges"
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="edge_names_the_smaller_first"),
            models.UniqueConstraint(fields=["one", "other", "model"], name="pair_has_one_edge_in_a_model"),
        ]
        indexes = [
            models.Index(fields=["model", "-probability", "id"], condition=Q(state="open"), name="edges_to_look_at"),
            models.Index(fields=["model", "found_at"], condition=Q(state="joined"), name="edges_that_join"),
        ]
