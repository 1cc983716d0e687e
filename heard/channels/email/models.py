"""A mailbox: an address we listen at and answer from, and how far its folders have been read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from heard.accounts.models import Audience, Team


class Encryption(models.TextChoices):
    NONE = "none", _("None")
    STARTTLS = "starttls", _("STARTTLS")
    TLS = "tls", _("TLS")


class AfterFetch(models.TextChoices):
    LEAVE = "leave", _("Leave it where it is")
    FLAG = "flag", _("Flag it")
    MOVE = "move", _("Move it to a folder")


class Mailbox(models.Model):
    """One address with its team. Mail comes by IMAP, LMTP, pipe or files, and leaves by SMTP.

    Secrets are kept encrypted with a key outside the database (`channels.email.secrets`).
    """

    personal = None
    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("address"), unique=True)
    aliases = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10, default="en")
    signature = models.TextField(_("signature"), blank=True, default="", max_length=2000)
    is_active = models.BooleanField(_("active"), default=True)
    acknowledges = models.BooleanField(_("say that the message arrived"), default=False)
    acknowledgement = models.TextField(_("what it says"), blank=True, default="", max_length=4000)
    trusted_authserv_id = models.CharField(_("name of the checking server"), max_length=200, blank=True, default="")
    uses_plus_address = models.BooleanField(_("answers go to an address of their own"), default=False)

    imap_host = models.CharField(_("IMAP server"), max_length=200, blank=True, default="")
    imap_port = models.PositiveIntegerField(_("port"), default=993)
    imap_encryption = models.CharField(_("encryption"), max_length=10, choices=Encryption, default=Encryption.TLS)
    imap_username = models.CharField(_("log-in"), max_length=200, blank=True, default="")
    imap_password_sealed = models.BinaryField(null=True)
    imap_folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    after_fetch = models.CharField(_("afterwards"), max_length=10, choices=AfterFetch, default=AfterFetch.LEAVE)
    move_to_folder = models.CharField(_("folder to move to"), max_length=200, blank=True, default="")
    live_since = models.DateTimeField(_("older mail is history"), null=True, blank=True)

    smtp_host = models.CharField(_("SMTP server"), max_length=200, blank=True, default="")
    smtp_port = models.PositiveIntegerField(_("port"), default=587)
    smtp_encryption = models.CharField(_("encryption"), max_length=10, choices=Encryption, default=Encryption.STARTTLS)
    smtp_username = models.CharField(_("log-in"), max_length=200, blank=True, default="")
    smtp_password_sealed = models.BinaryField(null=True)

    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    in_problem = models.CharField(max_length=40, blank=True, default="")
    out_problem = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "mailboxes"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def addresses(self) -> set[str]:
        """Every address that is this mailbox, lower-cased."""
        return {self.address.lower(), *(alias.lower() for alias in self.aliases)}


class ImapFolder(models.Model):
    """How far one folder was read: UIDVALIDITY and the highest UID that is safely ours. Never the \\Seen flag."""

    personal = None
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders", db_index=False)
    name = models.CharField(max_length=200)
    uidvalidity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    messages_on_server = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "imap_folders"
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="folder_is_read_once")]


class MailboxTest(models.Model):
    """A test mail that a colleague sent through a mailbox, and how far it got. `code` is part of the mail and proves that it is ours."""

    personal = None
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="tests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    goes_to_mailbox = models.BooleanField(default=True)
    code = models.CharField(max_length=40, unique=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, default="")
    reply_code = models.PositiveSmallIntegerField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        db_table = "mailbox_tests"
