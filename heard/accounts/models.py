"""Colleagues, their teams, and who may read what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heard.privacy.registry import Personal


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    LEAD = "lead", _("Lead")
    AGENT = "agent", _("Agent")
    READER = "reader", _("Reader")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, *, name: str, password: str | None = None, role: str = Role.AGENT, **fields: Any) -> User:
        """Make a colleague's account. The address is the log-in, compared without regard to case."""
        user = self.model(email=email.strip().lower(), name=name, role=role, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A colleague. What they may do is their role; what they may read is their teams' audiences.

    `is_program`: nobody, but whatever acts with an API token, under a name of its own. It never logs in and is given no work.
    """

    personal = Personal(
        what=_("a colleague's name, log-in address and settings"),
        why=_("to let them work, and to say who did what"),
        keep=_("while employed; afterwards inactive"),
        export=_("to the colleague"),
        erase=_("stays as the author of what was said; customers are not stored here"),
    )
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=10, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="", blank=True)
    signature = models.TextField(_("signature"), default="", blank=True, max_length=2000)
    is_active = models.BooleanField(_("active"), default=True)
    is_away = models.BooleanField(_("away"), default=False)
    is_program = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "users"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_lead(self) -> bool:
        return self.role in (Role.ADMIN, Role.LEAD)

    @property
    def can_write(self) -> bool:
        return self.role != Role.READER


class Team(models.Model):
    """Colleagues who share work. A department (`is_department`) is owed things but has no inbox.

    `email` is where questions to the team go; without one they go to each of its members.
    """

    personal = None
    name = models.CharField(_("name"), max_length=80, unique=True)
    is_department = models.BooleanField(default=False)
    email = models.EmailField(_("address for questions"), max_length=254, blank=True, default="")
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        db_table = "teams"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    personal = None
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")

    class Meta:
        db_table = "memberships"
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_belongs_to_a_team_once")]


class Absence(models.Model):
    """A colleague is away from one moment until another, and perhaps who stands in for them. `ends_at` null: until they say otherwise.

    `User.is_away` follows it (`services.absences`); `begun_at` and `ended_at` say that it did.
    """

    personal = None
    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    cover = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "absences"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(cover=None) | ~Q(cover=F("user")), name="nobody_stands_in_for_themselves"),
        ]
        indexes = [models.Index(fields=["user", "starts_at"], condition=Q(ended_at=None), name="absences_in_hand")]


class Audience(models.Model):
    """A set of teams and users who may read. Rows with the same readers share it; `key` spells the set: `t1,t4,u7`."""

    personal = None
    key = models.CharField(max_length=400, unique=True)

    class Meta:
        db_table = "audiences"


class AudienceTeam(models.Model):
    personal = None
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="audience_teams", db_index=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")

    class Meta:
        db_table = "audience_teams"
        constraints = [models.UniqueConstraint(fields=["audience", "team"], name="audience_names_a_team_once")]


class AudienceUser(models.Model):
    personal = None
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="audience_users", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        db_table = "audience_users"
        constraints = [models.UniqueConstraint(fields=["audience", "user"], name="audience_names_a_user_once")]


class Access(models.Model):
    """A colleague looked at a person's page: once per colleague, person and 15 minutes. Never streamed."""

    personal = Personal(
        what=_("which colleague looked at whom, when and where"),
        why=_("so that the customer can see who looked"),
        keep=_("two years"),
        export=_("yes"),
        erase=_("the reference to the person is cut"),
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    identity_id = models.BigIntegerField(null=True)
    page = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        db_table = "accesses"
        indexes = [
            models.Index(fields=["identity_id", "at"], name="access_by_identity"),
            models.Index(fields=["user", "identity_id", "page", "at"], name="access_recent"),
        ]


class LogInAttempt(models.Model):
    """A failed log-in, counted per address and per place of origin (both only as keyed hashes)."""

    personal = Personal(
        what=_("keyed hashes of an address and a network address"),
        why=_("to slow down guessing of passwords"),
        keep=_("one day"),
        export=_("no"),
        erase=_("expires"),
    )
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "log_in_attempts"
        indexes = [models.Index(fields=["key", "at"], name="attempts_by_key")]


class ApiToken(models.Model):
    """A key to the API for one program. Only its SHA-256 is kept; `beginning` lets people tell tokens apart.

    What it may do is `scopes` and the role of `user`; what it may read is the teams of `user`, as everywhere.
    """

    personal = None
    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "api_tokens"
