import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("conversations", "0001_first"),
        ("people", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "portal_attempts",
                        "indexes": [
                            models.Index(fields=["key", "at"], name="portal_attempts_by_key"),
                            models.Index(fields=["at"], name="portal_attempts_by_age"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FrontDoor",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("company", models.CharField(blank=True, default="", max_length=80, verbose_name="name of the company")),
                        ("phone", models.CharField(blank=True, default="", max_length=40, verbose_name="telephone")),
                        ("changed_at", models.DateTimeField()),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "front_doors",
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=[("solved", "solved"), ("not_yet", "not yet")], max_length=10)),
                        ("at", models.DateTimeField()),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="customer_answers",
                                to="conversations.conversation",
                            db_index=False),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"),
                        ),
                        (
                            "interaction",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="customer_answer", to="timeline.interaction"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "customer_answers",
                        "indexes": [models.Index(fields=["conversation", "identity", "-at"], name="answers_newest_first")],
                    },
                ),
                migrations.CreateModel(
                    name="Code",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("request", models.UUIDField(unique=True)),
                        ("nonce", models.BinaryField(max_length=16)),
                        ("address_key", models.CharField(max_length=64)),
                        ("wanted", models.CharField(blank=True, default="", max_length=12)),
                        ("language", models.CharField(blank=True, default="", max_length=10)),
                        ("made_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("used_at", models.DateTimeField(null=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "codes",
                        "indexes": [models.Index(fields=["made_at"], name="codes_by_age")],
                    },
                ),
                migrations.CreateModel(
                    name="LinkRevocation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("revoked_at", models.DateTimeField()),
                        (
                            "reason",
                            models.CharField(
                                choices=[("colleague", "a colleague stopped them"), ("not_me", "the recipient says: this is not me")],
                                max_length=12,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"
                            , db_index=False),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"),
                        ),
                    ],
                    options={
                        "db_table": "link_revocations",
                        "indexes": [models.Index(fields=["conversation", "identity", "revoked_at"], name="revocations_by_link")],
                    },
                ),
            ]
        )
    ]
