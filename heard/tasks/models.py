"""Rows of the queue. Arguments are ids and other plain values; nothing here is personal data."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class State(models.TextChoices):
    """Finished work has no row."""

    QUEUED = "queued"
    RUNNING = "running"
    DEAD = "dead"


class Task(models.Model):
    """One call of a task that has not finished yet."""

    personal = None

    name = models.CharField(max_length=200)
    args = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField(db_default=Now())
    failures = models.PositiveIntegerField(default=0, help_text="times it raised")
    losses = models.PositiveIntegerField(default=0, help_text="times its worker died with it")
    claims = models.PositiveIntegerField(default=0, help_text="times it was taken; tells one holder from the next")
    max_attempts = models.PositiveSmallIntegerField(default=12)
    worker = models.CharField(max_length=32, default="", help_text="boot id of the worker that holds it")
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", help_text="class and place of the last failure, never its words")
    dedupe = models.CharField(max_length=200, null=True)
    cause = models.BigIntegerField(null=True, help_text="id of the event that led to it")
    depth = models.PositiveSmallIntegerField(default=0, help_text="how many events led to it, one from another")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tasks"
        constraints = [
            models.UniqueConstraint(fields=["dedupe"], condition=Q(state="queued"), name="task_waits_once_for_one_dedupe_key"),
            models.CheckConstraint(condition=Q(state__in=["queued", "running", "dead"]), name="task_is_queued_running_or_dead"),
        ]
        indexes = [
            models.Index(models.F("priority").desc(), "run_at", "id", condition=Q(state="queued"), name="tasks_in_order"),
            models.Index(fields=["run_at"], condition=Q(state="queued"), name="tasks_by_moment"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="tasks_by_lease"),
            models.Index(fields=["worker"], condition=Q(state="running"), name="tasks_by_worker"),
            models.Index(fields=["name", "id"], condition=Q(state="dead"), name="tasks_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class WorkerBoot(models.Model):
    """One start of a worker process. The row goes when it closes cleanly or its work was returned."""

    personal = None

    boot_id = models.CharField(max_length=32, unique=True)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    finished = models.PositiveBigIntegerField(default=0, help_text="tasks done since its start")

    class Meta:
        db_table = "worker_boots"

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"


class Lease(models.Model):
    """Something only one worker does at a time: a mailbox, the schedule, the reactions."""

    personal = None

    name = models.CharField(max_length=200, unique=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()

    class Meta:
        db_table = "leases"

    def __str__(self) -> str:
        return self.name


class Recurrence(models.Model):
    """When a recurring task runs next."""

    personal = None

    name = models.CharField(max_length=200, unique=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recurrences"

    def __str__(self) -> str:
        return self.name
