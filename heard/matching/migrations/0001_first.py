import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("people", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="JoinAlarm",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("begins_on", models.DateField(unique=True)),
                        ("newcomers", models.PositiveIntegerField()),
                        ("joined", models.PositiveIntegerField()),
                        ("usual_newcomers", models.PositiveIntegerField()),
                        ("usual_joined", models.PositiveIntegerField()),
                        ("raised_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_alarms",
                    },
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("same", "same"), ("different", "different"), ("not_sure", "not_sure")], max_length=10
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("at", models.DateTimeField()),
                        ("probability", models.FloatField(null=True)),
                        ("model_version", models.CharField(blank=True, default="", max_length=40)),
                        ("is_check", models.BooleanField(default=False)),
                        ("once", models.UUIDField(null=True)),
                        ("taken_back_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, db_index=False),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.linkdecision"
                            ),
                        ),
                        ("one", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        ("other", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        (
                            "taken_back_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_reviews",
                        "indexes": [
                            models.Index(fields=["one", "other"], name="reviews_by_pair"),
                            models.Index(fields=["other"], name="reviews_by_other"),
                            models.Index(fields=["by", "at"], name="reviews_of_an_act"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))), name="review_names_the_smaller_first"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("by", "once"), name="review_is_said_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JoinCheck",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("probability", models.FloatField()),
                        ("model_version", models.CharField(max_length=40)),
                        ("drawn_at", models.DateTimeField()),
                        ("one", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        ("other", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        (
                            "review",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="checks", to="matching.review"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_checks",
                        "indexes": [
                            models.Index(condition=models.Q(("review", None)), fields=["drawn_at"], name="checks_to_answer"),
                            models.Index(fields=["other"], name="checks_by_other"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))), name="check_names_the_smaller_first"
                            ),
                            models.UniqueConstraint(fields=("one", "other", "model_version"), name="join_is_drawn_once_for_a_model"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatchModel",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("version", models.CharField(max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("building", "building"), ("active", "active"), ("retired", "retired")], max_length=10
                            ),
                        ),
                        ("weights", models.BinaryField()),
                        ("matched_until", models.BigIntegerField(default=0)),
                        ("begun_at", models.DateTimeField()),
                        ("activated_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "match_models",
                        "constraints": [
                            models.UniqueConstraint(condition=models.Q(("state", "active")), fields=("state",), name="one_model_is_active")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatchRecord",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("packed", models.BinaryField()),
                        ("is_claim", models.BooleanField(default=False)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "identity",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="match_record",
                                to="people.identity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_records",
                    },
                ),
                migrations.CreateModel(
                    name="MatchKey",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.BigIntegerField()),
                        (
                            "identity",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="people.identity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_keys",
                        "constraints": [models.UniqueConstraint(fields=("key", "identity"), name="record_has_a_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="MatchEdge",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("probability", models.FloatField()),
                        ("weight", models.FloatField()),
                        ("joint_probability", models.FloatField(null=True)),
                        ("veto", models.CharField(blank=True, default="", max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[("joined", "joined"), ("open", "open"), ("apart", "apart")], default="open", max_length=10
                            ),
                        ),
                        ("obstacle", models.CharField(blank=True, default="", max_length=20)),
                        ("found_at", models.DateTimeField()),
                        (
                            "one",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="people.identity",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"
                            ),
                        ),
                        (
                            "model",
                            models.ForeignKey(
                                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="edges", to="matching.matchmodel"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "match_edges",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")), fields=["model", "-probability", "id"], name="edges_to_look_at"
                            ),
                            models.Index(condition=models.Q(("state", "joined")), fields=["model", "found_at"], name="edges_that_join"),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("one__lt", models.F("other"))), name="edge_names_the_smaller_first"),
                            models.UniqueConstraint(fields=("one", "other", "model"), name="pair_has_one_edge_in_a_model"),
                        ],
                    },
                ),
            ]
        )
    ]
