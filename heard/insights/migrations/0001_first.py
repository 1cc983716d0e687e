import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("people", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Theme",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("definition", models.CharField(blank=True, default="", max_length=500, verbose_name="what belongs here")),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="insights.theme"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "themes",
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name"),
                                condition=models.Q(("merged_into", None)),
                                name="theme_in_use_has_a_name_of_its_own",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                                ),
                                name="theme_is_not_merged_into_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signal",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("question", "question"),
                                    ("problem", "problem"),
                                    ("idea", "idea"),
                                    ("praise", "praise"),
                                    ("wish", "wish"),
                                    ("unfair_rule", "unfair rule"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("said_at", models.DateTimeField()),
                        ("retracted_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.identity"
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="signals", to="timeline.interaction"
                            ),
                        ),
                        (
                            "retracted_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="signals", to="insights.theme"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "signals",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("retracted_at", None)),
                                fields=["theme", "-said_at"],
                                name="signals_of_theme_newest_first",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("start__lt", models.F("end")), models.Q(("end", 0), ("start", 0)), _connector="OR"),
                                name="signal_has_words_or_was_emptied",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ThemeChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("made", "made"),
                                    ("renamed", "renamed"),
                                    ("defined", "described anew"),
                                    ("given", "given to somebody"),
                                    ("merged", "merged into another"),
                                    ("unmerged", "taken out of another again"),
                                    ("split", "split off from another"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("was", models.CharField(blank=True, default="", max_length=500)),
                        ("became", models.CharField(blank=True, default="", max_length=500)),
                        ("number_of_signals", models.PositiveIntegerField(default=0)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="insights.theme"
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="insights.theme", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "theme_changes",
                        "indexes": [models.Index(fields=["theme", "-at"], name="theme_changes_newest_first")],
                    },
                ),
                migrations.CreateModel(
                    name="SignalChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "was_kind",
                            models.CharField(
                                choices=[
                                    ("question", "question"),
                                    ("problem", "problem"),
                                    ("idea", "idea"),
                                    ("praise", "praise"),
                                    ("wish", "wish"),
                                    ("unfair_rule", "unfair rule"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("question", "question"),
                                    ("problem", "problem"),
                                    ("idea", "idea"),
                                    ("praise", "praise"),
                                    ("wish", "wish"),
                                    ("unfair_rule", "unfair rule"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "signal",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="insights.signal"),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="insights.theme"
                            ),
                        ),
                        (
                            "was_theme",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="insights.theme"
                            ),
                        ),
                        (
                            "because",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signal_changes",
                                to="insights.themechange",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "signal_changes",
                    },
                ),
            ]
        )
    ]
