"""Rows of the log and of those who follow it. Events hold ids, choices, numbers and times: nothing personal."""

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One thing that happened. Never changed; `position` is given once, `audience_id` follows its subject's."""

    personal = None

    position = models.BigIntegerField(null=True, unique=True, help_text="what readers follow; null until given on PostgreSQL")
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20, default="system", help_text="system, user, identity, …")
    actor_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    audience_id = models.BigIntegerField(null=True, help_text="who may see it; null: operators only")
    data = models.JSONField(default=dict)
    is_history = models.BooleanField(default=False)
    caused_by = models.BigIntegerField(null=True, help_text="id of the event that led to it")
    depth = models.PositiveSmallIntegerField(default=0)
    canonical = models.TextField(help_text="what is sealed, written once")

    class Meta:
        db_table = "events"
        indexes = [
            models.Index(fields=["id"], condition=Q(position=None), name="events_without_position"),
            models.Index(fields=["subject_kind", "subject_id", "position"], name="events_of_one_subject"),
            models.Index(fields=["at"], name="events_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_id}"


class Consumer(models.Model):
    """A reacting app's place in the log: everything up to `position` is done."""

    personal = None

    name = models.CharField(max_length=100, unique=True)
    position = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="of the event after `position`, in a row")
    error = models.CharField(max_length=200, default="", help_text="class and place of the last failure")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "event_consumers"

    def __str__(self) -> str:
        return self.name


class ParkedEvent(models.Model):
    """An event that a consumer could not take; the consumer went on without it, until somebody has it tried again."""

    personal = None

    consumer = models.ForeignKey(Consumer, models.CASCADE, db_index=False)
    event_id = models.BigIntegerField()
    position = models.BigIntegerField()
    error = models.CharField(max_length=200, default="")
    parked_at = models.DateTimeField()

    class Meta:
        db_table = "parked_events"
        constraints = [models.UniqueConstraint(fields=["consumer", "event_id"], name="event_is_parked_once_for_a_consumer")]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.event_id}"


class Seal(models.Model):
    """A sealed block of the log: the hash of each event in it, chained to the block before, under a key outside the database."""

    personal = None

    number = models.BigIntegerField(unique=True)
    version = models.PositiveSmallIntegerField()
    first_position = models.BigIntegerField()
    last_position = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    leaves = models.BinaryField(help_text="32 bytes for each position")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="SHA-256 over all of the above")
    mac = models.CharField(max_length=64, help_text="HMAC of the digest")

    class Meta:
        db_table = "event_seals"
        constraints = [
            models.CheckConstraint(condition=Q(last_position__gte=models.F("first_position")), name="seal_covers_something"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"
