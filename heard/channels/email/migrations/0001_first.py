import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Mailbox",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("address", models.EmailField(max_length=254, unique=True, verbose_name="address")),
                        ("aliases", models.JSONField(blank=True, default=list)),
                        ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                        ("signature", models.TextField(blank=True, default="", max_length=2000, verbose_name="signature")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("acknowledges", models.BooleanField(default=False, verbose_name="say that the message arrived")),
                        ("acknowledgement", models.TextField(blank=True, default="", max_length=4000, verbose_name="what it says")),
                        (
                            "trusted_authserv_id",
                            models.CharField(blank=True, default="", max_length=200, verbose_name="name of the checking server"),
                        ),
                        ("uses_plus_address", models.BooleanField(default=False, verbose_name="answers go to an address of their own")),
                        ("imap_host", models.CharField(blank=True, default="", max_length=200, verbose_name="IMAP server")),
                        ("imap_port", models.PositiveIntegerField(default=993, verbose_name="port")),
                        (
                            "imap_encryption",
                            models.CharField(
                                choices=[("none", "None"), ("starttls", "STARTTLS"), ("tls", "TLS")],
                                default="tls",
                                max_length=10,
                                verbose_name="encryption",
                            ),
                        ),
                        ("imap_username", models.CharField(blank=True, default="", max_length=200, verbose_name="log-in")),
                        ("imap_password_sealed", models.BinaryField(null=True)),
                        ("imap_folder", models.CharField(default="INBOX", max_length=200, verbose_name="folder")),
                        (
                            "after_fetch",
                            models.CharField(
                                choices=[("leave", "Leave it where it is"), ("flag", "Flag it"), ("move", "Move it to a folder")],
                                default="leave",
                                max_length=10,
                                verbose_name="afterwards",
                            ),
                        ),
                        ("move_to_folder", models.CharField(blank=True, default="", max_length=200, verbose_name="folder to move to")),
                        ("live_since", models.DateTimeField(blank=True, null=True, verbose_name="older mail is history")),
                        ("smtp_host", models.CharField(blank=True, default="", max_length=200, verbose_name="SMTP server")),
                        ("smtp_port", models.PositiveIntegerField(default=587, verbose_name="port")),
                        (
                            "smtp_encryption",
                            models.CharField(
                                choices=[("none", "None"), ("starttls", "STARTTLS"), ("tls", "TLS")],
                                default="starttls",
                                max_length=10,
                                verbose_name="encryption",
                            ),
                        ),
                        ("smtp_username", models.CharField(blank=True, default="", max_length=200, verbose_name="log-in")),
                        ("smtp_password_sealed", models.BinaryField(null=True)),
                        ("last_in_at", models.DateTimeField(null=True)),
                        ("last_out_at", models.DateTimeField(null=True)),
                        ("in_problem", models.CharField(blank=True, default="", max_length=40)),
                        ("out_problem", models.CharField(blank=True, default="", max_length=40)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team", verbose_name="team"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "mailboxes",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="MailboxTest",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        ("goes_to_mailbox", models.BooleanField(default=True)),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, default="", max_length=40)),
                        ("reply_code", models.PositiveSmallIntegerField(null=True)),
                        ("returned_at", models.DateTimeField(null=True)),
                        ("returned_by", models.CharField(blank=True, default="", max_length=10)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="tests", to="email.mailbox"),
                        ),
                    ],
                    options={
                        "db_table": "mailbox_tests",
                    },
                ),
                migrations.CreateModel(
                    name="ImapFolder",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=200)),
                        ("uidvalidity", models.BigIntegerField(default=0)),
                        ("last_uid", models.BigIntegerField(default=0)),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("messages_on_server", models.PositiveIntegerField(null=True)),
                        (
                            "mailbox",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="folders", to="email.mailbox", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "imap_folders",
                        "constraints": [models.UniqueConstraint(fields=("mailbox", "name"), name="folder_is_read_once")],
                    },
                ),
            ]
        )
    ]
