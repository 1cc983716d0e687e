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
                    name="StandingPromise",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("text", models.CharField(max_length=300, verbose_name="What we promise")),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("first_reply", "first replies, by the time our policy gives"),
                                    ("next_reply", "every further reply, by the time our policy gives"),
                                    ("by_hand", "what we told a customer by hand, by the day we named"),
                                    ("nothing", "nothing yet"),
                                ],
                                max_length=20,
                                verbose_name="Measured by",
                            ),
                        ),
                        ("stated_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True, unique=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "stated_by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
                        ),
                    ],
                    options={
                        "db_table": "standing_promises",
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("ended_at", None)), fields=("text",), name="promise_stands_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhyVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.PositiveIntegerField(unique=True)),
                        ("whom_we_serve", models.TextField(max_length=2000, verbose_name="Whom we serve")),
                        ("what_they_value", models.TextField(blank=True, default="", max_length=2000, verbose_name="What they value")),
                        ("what_we_promise", models.TextField(max_length=2000, verbose_name="What we promise")),
                        (
                            "experience_we_want",
                            models.TextField(blank=True, default="", max_length=2000, verbose_name="The experience we want"),
                        ),
                        ("because", models.CharField(blank=True, default="", max_length=300, verbose_name="Why it changes")),
                        ("at", models.DateTimeField()),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("dropped_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "dropped_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "why_versions",
                        "indexes": [
                            models.Index(condition=models.Q(("signed_at__isnull", False)), fields=["-number"], name="why_versions_signed")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_at", None), ("signed_by", None)),
                                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="why_is_signed_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("signed_at", None), ("dropped_at", None), _connector="OR"),
                                name="why_is_signed_or_dropped",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
