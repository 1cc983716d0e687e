import django.db.models.deletion
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("email", "0001_first"),
        ("files", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Inbound",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("digest", models.CharField(max_length=64)),
                        ("transport", models.CharField(max_length=10)),
                        ("transport_id", models.CharField(max_length=200)),
                        ("received_at", models.DateTimeField()),
                        ("day", models.DateField()),
                        ("is_history", models.BooleanField(default=False)),
                        ("open_since", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "in hand"),
                                    ("filed", "filed"),
                                    ("discarded", "discarded by a rule"),
                                    ("quarantined", "in quarantine"),
                                    ("erased", "erased"),
                                ],
                                default="received",
                                max_length=12,
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("too_large", "It is larger than we take"),
                                    ("not_an_email", "It is not an e-mail"),
                                    ("took_too_long", "Reading it took too long"),
                                    ("empty", "It is empty"),
                                    ("no_sender", "It names no sender"),
                                    ("failed", "We made a mistake in reading it"),
                                    ("own_loop", "Our own mail came back"),
                                    ("duplicate", "We have it already"),
                                    ("bounce", "A notice that a message could not be delivered"),
                                    ("suppressed_automatic", "An automatic reply beyond the limit"),
                                    ("erased_before", "It was erased before"),
                                ],
                                default="",
                                max_length=24,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, default="", max_length=80)),
                        ("is_copy", models.BooleanField(default=False)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        (
                            "blob",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="originals", to="timeline.interaction"
                            ),
                        ),
                        ("mailbox", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="email.mailbox", db_index=False)),
                    ],
                    options={
                        "db_table": "inbounds",
                        "indexes": [
                            models.Index(fields=["mailbox", "day", "state"], name="ledger_of_a_day"),
                            models.Index(condition=models.Q(("state", "quarantined")), fields=["state", "cause"], name="quarantine"),
                            models.Index(condition=models.Q(("state", "received")), fields=["received_at"], name="inbounds_in_hand"),
                            models.Index(fields=["mailbox", "transport_id"], name="inbounds_by_transport"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("mailbox", "digest"), name="original_is_kept_once_per_mailbox")],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerDay",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("day", models.DateField()),
                        ("received", models.PositiveBigIntegerField(default=0)),
                        (
                            "mailbox",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="ledger_days", to="email.mailbox", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "ledger_days",
                        "constraints": [models.UniqueConstraint(fields=("mailbox", "day"), name="ledger_has_a_day_once")],
                    },
                ),
                migrations.CreateModel(
                    name="MailImport",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("path", models.CharField(max_length=1000)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("open_since", models.DateTimeField(null=True)),
                        ("position", models.PositiveBigIntegerField(default=0)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("taken", models.PositiveIntegerField(default=0)),
                        ("known_already", models.PositiveIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("mailbox", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="email.mailbox", db_index=False)),
                    ],
                    options={
                        "db_table": "mail_imports",
                        "constraints": [models.UniqueConstraint(fields=("mailbox", "path", "fingerprint"), name="file_is_imported_once")],
                    },
                ),
            ]
        )
    ]
