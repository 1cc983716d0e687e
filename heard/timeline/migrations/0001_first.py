import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("files", "0001_first"),
        ("people", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Division",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="divisions", to="people.identity"),
                        ),
                        (
                            "new_identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "parties",
                            models.ManyToManyField(related_name="+", through="timeline.DividedParty", to="timeline.interactionparty"),
                        ),
                    ],
                    options={
                        "db_table": "divisions",
                    },
                ),
                migrations.CreateModel(
                    name="Interaction",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("happened_at", models.DateTimeField()),
                        ("learned_at", models.DateTimeField()),
                        ("channel", models.CharField(max_length=20)),
                        (
                            "direction",
                            models.CharField(
                                choices=[
                                    ("in", "from the customer"),
                                    ("out", "from us"),
                                    ("internal", "between colleagues"),
                                    ("public", "in public"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("kind", models.CharField(max_length=30)),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("need", "need"),
                                    ("choose", "choose"),
                                    ("buy", "buy"),
                                    ("use", "use"),
                                    ("get_help", "get help"),
                                    ("renew_or_leave", "renew or leave"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        ("text", models.TextField(blank=True, default="")),
                        ("quoted", models.TextField(blank=True, default="")),
                        ("language", models.CharField(blank=True, default="", max_length=10)),
                        ("authentication", models.CharField(default="none", max_length=10)),
                        ("authentication_method", models.CharField(blank=True, default="", max_length=20)),
                        ("authentication_domain", models.CharField(blank=True, default="", max_length=253)),
                        ("is_automatic", models.BooleanField(default=False)),
                        ("is_history", models.BooleanField(default=False)),
                        ("once", models.UUIDField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "interactions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("author__isnull", False)),
                                fields=["author", "happened_at"],
                                name="interactions_by_author",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("author", "once"), name="act_of_an_author_happens_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InteractionParty",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "role",
                            models.CharField(
                                choices=[("from", "from"), ("to", "to"), ("cc", "cc"), ("bcc", "bcc"), ("about", "about")], max_length=10
                            ),
                        ),
                        ("happened_at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="people.identity"),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="timeline.interaction"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "interaction_parties",
                        "indexes": [
                            models.Index(
                                models.F("identity"), models.OrderBy(models.F("happened_at"), descending=True), name="story_newest_first"
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("interaction", "identity", "role"), name="party_has_a_role_once")],
                    },
                ),
                migrations.CreateModel(
                    name="DividedParty",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "division",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="timeline.division"),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="timeline.interactionparty"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "divided_parties",
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("part", models.PositiveIntegerField(null=True)),
                        ("name", models.CharField(max_length=255)),
                        ("content_type", models.CharField(max_length=127)),
                        ("content_id", models.CharField(blank=True, default="", max_length=255)),
                        ("size", models.PositiveBigIntegerField()),
                        ("is_inline", models.BooleanField(default=False)),
                        ("blob", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob")),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="timeline.interaction"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "attachments",
                    },
                ),
            ]
        )
    ]
