import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[("admin", "Administrator"), ("lead", "Lead"), ("agent", "Agent"), ("reader", "Reader")],
                                default="agent",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                        ("time_zone", models.CharField(blank=True, default="", max_length=60, verbose_name="time zone")),
                        ("signature", models.TextField(blank=True, default="", max_length=2000, verbose_name="signature")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("is_away", models.BooleanField(default=False, verbose_name="away")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("is_program", models.BooleanField(default=False)),
                    ],
                    options={
                        "db_table": "users",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Audience",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.CharField(max_length=400, unique=True)),
                    ],
                    options={
                        "db_table": "audiences",
                    },
                ),
                migrations.CreateModel(
                    name="LogInAttempt",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("key", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "log_in_attempts",
                        "indexes": [models.Index(fields=["key", "at"], name="attempts_by_key")],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("is_department", models.BooleanField(default=False)),
                        (
                            "members",
                            models.ManyToManyField(related_name="teams", through="accounts.Membership", to=settings.AUTH_USER_MODEL),
                        ),
                        ("email", models.EmailField(blank=True, default="", max_length=254, verbose_name="address for questions")),
                    ],
                    options={
                        "db_table": "teams",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="accounts.team", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "memberships",
                        "constraints": [models.UniqueConstraint(fields=("team", "user"), name="member_belongs_to_a_team_once")],
                    },
                ),
                migrations.CreateModel(
                    name="AudienceTeam",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "audience",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="audience_teams", to="accounts.audience"
                            , db_index=False),
                        ),
                        ("team", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team")),
                    ],
                    options={
                        "db_table": "audience_teams",
                        "constraints": [models.UniqueConstraint(fields=("audience", "team"), name="audience_names_a_team_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Access",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("identity_id", models.BigIntegerField(null=True)),
                        ("page", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "accesses",
                        "indexes": [
                            models.Index(fields=["identity_id", "at"], name="access_by_identity"),
                            models.Index(fields=["user", "identity_id", "page", "at"], name="access_recent"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AudienceUser",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "audience",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="audience_users", to="accounts.audience"
                            , db_index=False),
                        ),
                        (
                            "user",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "db_table": "audience_users",
                        "constraints": [models.UniqueConstraint(fields=("audience", "user"), name="audience_names_a_user_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("beginning", models.CharField(max_length=12)),
                        ("scopes", models.JSONField(default=list)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="api_tokens", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "api_tokens",
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField(null=True)),
                        ("at", models.DateTimeField()),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "cover",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="absences", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "absences",
                        "indexes": [
                            models.Index(condition=models.Q(("ended_at", None)), fields=["user", "starts_at"], name="absences_in_hand")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                                name="absence_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cover", None), models.Q(("cover", models.F("user")), _negated=True), _connector="OR"),
                                name="nobody_stands_in_for_themselves",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
