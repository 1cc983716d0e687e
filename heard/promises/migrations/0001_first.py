import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("conversations", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Calendar",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("definition", models.JSONField()),
                        ("is_current", models.BooleanField(default=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "calendars",
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "version"), name="calendar_version_is_made_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)), fields=("name",), name="calendar_has_one_current_version"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("first_reply_business_seconds", models.PositiveIntegerField()),
                        ("next_reply_business_seconds", models.PositiveIntegerField()),
                        ("is_current", models.BooleanField(default=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "calendar",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.calendar"),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team"),
                        ),
                    ],
                    options={
                        "db_table": "policies",
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "version"), name="policy_version_is_made_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)), fields=("team",), name="team_has_one_current_policy"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True), ("team", None)),
                                fields=("is_current",),
                                name="everybody_else_has_one_current_policy",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("first_reply", "first reply"), ("next_reply", "reply"), ("by_hand", "promise")], max_length=12
                            ),
                        ),
                        ("text", models.CharField(blank=True, default="", max_length=300)),
                        ("made_at", models.DateTimeField()),
                        ("first_due_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("told_at", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("kept", "kept"), ("released", "released")], default="open", max_length=10
                            ),
                        ),
                        ("kept_at", models.DateTimeField(null=True)),
                        ("broken_at", models.DateTimeField(null=True)),
                        ("released_at", models.DateTimeField(null=True)),
                        ("release_reason", models.CharField(blank=True, default="", max_length=40)),
                        (
                            "calendar",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.calendar"
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="promises", to="conversations.conversation"
                            ),
                        ),
                        (
                            "kept_in",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "made_in",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "owed_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "owed_by_team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
                        ),
                        (
                            "policy",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promises.policy"
                            ),
                        ),
                        (
                            "kept_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("once", models.UUIDField(null=True)),
                        ("release_words", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "released_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("remind_at", models.DateTimeField(null=True)),
                        (
                            "told_in",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "promises",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("broken_at", None), ("state", "open")), fields=["due_at"], name="promises_due"
                            ),
                            models.Index(condition=models.Q(("kept_at__isnull", False)), fields=["kept_at"], name="promises_kept"),
                            models.Index(condition=models.Q(("broken_at__isnull", False)), fields=["broken_at"], name="promises_broken"),
                            models.Index(condition=models.Q(("state", "open")), fields=["due_at"], name="promises_open"),
                            models.Index(
                                condition=models.Q(("kind", "by_hand"), ("state", "open")),
                                fields=["owed_by", "due_at"],
                                name="promises_of_colleague",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "by_hand"), ("state", "open")),
                                fields=["owed_by_team", "due_at"],
                                name="promises_of_team",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "by_hand"), ("state", "open")), fields=["due_at"], name="promises_by_hand"
                            ),
                            models.Index(
                                condition=models.Q(("kept_at__isnull", False), ("kind", "by_hand")),
                                fields=["kept_at"],
                                name="promises_by_hand_kept",
                            ),
                            models.Index(
                                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="promises_to_remind_of"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open"), models.Q(("kind", "by_hand"), _negated=True)),
                                fields=("conversation",),
                                name="conversation_owes_one_reply_at_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("made_by", "once"), name="promise_is_made_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("was_due_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("at", models.DateTimeField()),
                        ("told_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "promise",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="promises.promise"),
                        ),
                        (
                            "told_in",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "promise_changes",
                    },
                ),
            ]
        )
    ]
