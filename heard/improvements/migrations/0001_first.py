import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("conversations", "0001_first"),
        ("insights", "0001_first"),
        ("people", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Improvement",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("title", models.CharField(max_length=160, verbose_name="what would change, in a line")),
                        ("what_changes", models.TextField(blank=True, default="", max_length=4000, verbose_name="what changes")),
                        ("for_whom", models.CharField(blank=True, default="", max_length=300, verbose_name="for whom")),
                        ("expected_effect", models.CharField(blank=True, default="", max_length=500, verbose_name="expected effect")),
                        ("made_at", models.DateTimeField()),
                        ("once", models.UUIDField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "owner",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "db_table": "improvements",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("made_by", "once"), name="improvement_is_proposed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("is_against", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "signal",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="insights.signal"),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="improvements.improvement"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "evidence_signals",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("improvement", "signal"),
                                name="signal_speaks_for_an_improvement_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("considering", "considering"),
                                    ("planned", "planned"),
                                    ("doing", "doing"),
                                    ("done", "done"),
                                    ("declined", "said no"),
                                ],
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "public_reason",
                            models.TextField(blank=True, default="", max_length=2000, verbose_name="reason, as customers will read it"),
                        ),
                        ("is_public", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        ("once", models.UUIDField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="improvements.improvement"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "decisions",
                        "indexes": [models.Index(fields=["improvement", "-id"], name="decisions_newest_first")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("improvement", "once"), name="decision_is_taken_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_public", True), ("public_reason", ""), ("state", "declined"), _negated=True),
                                name="public_no_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementChange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("field", models.CharField(max_length=20)),
                        ("was", models.TextField(blank=True, default="", max_length=4000)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="improvements.improvement"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "improvement_changes",
                    },
                ),
                migrations.CreateModel(
                    name="Telling",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("text_en", models.TextField(blank=True, default="", max_length=4000, verbose_name="in English")),
                        ("text_es", models.TextField(blank=True, default="", max_length=4000, verbose_name="in Spanish")),
                        ("previewed_at", models.DateTimeField()),
                        ("queued_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="tellings", to="improvements.decision"
                            ),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="tellings", to="improvements.improvement"
                            , db_index=False),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "tellings",
                        "indexes": [models.Index(fields=["improvement", "-id"], name="tellings_newest_first")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("by", "once"), name="telling_is_written_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("text_en", ""), ("text_es", ""), _negated=True), name="telling_says_something"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Told",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "on its way"),
                                    ("told", "told"),
                                    ("bounced", "came back"),
                                    ("no_way", "cannot be reached"),
                                    ("held", "later, so as not to write too often"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("refused", "does not want to hear from us unasked"),
                                    ("no_address", "no e-mail address"),
                                    ("bounced", "mail to them came back before"),
                                    ("no_conversation", "said outside of a conversation that mail could go into"),
                                    ("erased", "erased at their wish"),
                                    ("failed", "could not be sent"),
                                    ("withdrawn", "we stopped it"),
                                ],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("queued_at", models.DateTimeField(null=True)),
                        ("held_until", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("bounced_at", models.DateTimeField(null=True)),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[("solved", "“That solved it”"), ("not_for_me", "“Not for me”")],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="conversations.conversation"
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="told", to="improvements.decision", db_index=False),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="told", to="people.identity"),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="told", to="improvements.improvement"
                            , db_index=False),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="told", to="conversations.message"
                            ),
                        ),
                        (
                            "signal",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="insights.signal"
                            ),
                        ),
                        (
                            "telling",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="told", to="improvements.telling"),
                        ),
                    ],
                    options={
                        "db_table": "telling_recipients",
                        "indexes": [
                            models.Index(fields=["improvement", "state"], name="told_by_state"),
                            models.Index(condition=models.Q(("state", "held")), fields=["decision", "held_until"], name="told_later"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("decision", "identity"), name="identity_hears_of_a_decision_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer", ""), ("answered_at", None)),
                                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="answer_has_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LoopStanding",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("spoke_at", models.DateTimeField()),
                        ("considered_at", models.DateTimeField(null=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("is_owed", models.BooleanField(default=False)),
                        ("considered_hours", models.IntegerField(null=True)),
                        ("decided_hours", models.IntegerField(null=True)),
                        ("told_hours", models.IntegerField(null=True)),
                        ("confirmed_hours", models.IntegerField(null=True)),
                        (
                            "identity",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="loop_standing", to="people.identity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "loop_standings",
                        "indexes": [
                            models.Index(condition=models.Q(("is_owed", True)), fields=["identity"], name="loop_owed"),
                            models.Index(
                                fields=["spoke_at", "is_owed", "considered_hours", "decided_hours", "told_hours", "confirmed_hours"],
                                name="loop_figures",
                            ),
                            models.Index(
                                condition=models.Q(("considered_hours__isnull", False)),
                                fields=["considered_hours", "spoke_at"],
                                name="loop_considered",
                            ),
                            models.Index(
                                condition=models.Q(("decided_hours__isnull", False)),
                                fields=["decided_hours", "spoke_at"],
                                name="loop_decided",
                            ),
                            models.Index(
                                condition=models.Q(("told_hours__isnull", False)), fields=["told_hours", "spoke_at"], name="loop_told"
                            ),
                            models.Index(
                                condition=models.Q(("confirmed_hours__isnull", False)),
                                fields=["confirmed_hours", "spoke_at"],
                                name="loop_confirmed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuoteConsent",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("name", models.CharField(blank=True, default="", max_length=80)),
                        ("how", models.CharField(max_length=20)),
                        ("at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("is_shown", models.BooleanField(default=False)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.identity"),
                        ),
                        (
                            "improvement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="quote_consents", to="improvements.improvement"
                            ),
                        ),
                        (
                            "signal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="quote_consents", to="insights.signal"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "quote_consents",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)), fields=("signal", "improvement"), name="words_are_allowed_once"
                            )
                        ],
                    },
                ),
            ]
        )
    ]
