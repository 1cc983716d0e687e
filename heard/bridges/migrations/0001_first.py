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
                    name="Bridge",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("slug", models.SlugField(max_length=30, unique=True, verbose_name="short name")),
                        ("profile", models.CharField(max_length=40, verbose_name="system")),
                        ("mapping", models.JSONField(null=True)),
                        ("address", models.CharField(max_length=300, verbose_name="address")),
                        ("username", models.CharField(blank=True, default="", max_length=200, verbose_name="client or user")),
                        ("secret_sealed", models.BinaryField(null=True)),
                        ("directions", models.JSONField(default=dict)),
                        ("makes_contacts", models.BooleanField(default=False, verbose_name="make a contact of whoever writes to us")),
                        (
                            "when_gone",
                            models.CharField(
                                choices=[
                                    ("ask", "ask a colleague each time"),
                                    ("keep", "keep what it said"),
                                    ("withdraw", "withdraw what it said"),
                                ],
                                default="ask",
                                max_length=10,
                                verbose_name="when the CRM deletes somebody",
                            ),
                        ),
                        ("minutes", models.PositiveIntegerField(default=5, verbose_name="look every so many minutes")),
                        (
                            "state",
                            models.CharField(
                                choices=[("new", "not started"), ("running", "running"), ("stopped", "stopped")],
                                default="new",
                                max_length=10,
                            ),
                        ),
                        ("read_until", models.DateTimeField(null=True)),
                        ("is_read_whole", models.BooleanField(default=False)),
                        ("swept_at", models.DateTimeField(null=True)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("problem", models.CharField(blank=True, default="", max_length=40)),
                        ("problem_at", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                        (
                            "contacts_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "bridges",
                        "ordering": ["name", "pk"],
                        "indexes": [
                            models.Index(condition=models.Q(("state", "running")), fields=["next_at"], name="bridges_that_run_next")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BridgeErrand",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("update", "bring up to date"), ("create", "make"), ("erase", "forget")], max_length=10
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("made_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("problem", models.CharField(blank=True, default="", max_length=40)),
                        ("is_over", models.BooleanField(default=False)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "bridge",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="errands", to="bridges.bridge"),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "bridge_errands",
                        "indexes": [
                            models.Index(models.F("done_at"), condition=models.Q(("done_at__isnull", False)), name="bridge_errands_done"),
                            models.Index(
                                condition=models.Q(("done_at", None), ("is_over", False)),
                                fields=["bridge", "due_at"],
                                name="bridge_errands_to_do",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("done_at", None)), fields=("bridge", "kind", "external_id"), name="errand_is_asked_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "create")), fields=("bridge", "identity"), name="contact_is_made_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BridgeRecord",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("external_id", models.CharField(max_length=200)),
                        ("digest", models.CharField(blank=True, default="", max_length=64)),
                        ("their_modified_at", models.DateTimeField(null=True)),
                        ("read_at", models.DateTimeField()),
                        ("gone_at", models.DateTimeField(null=True)),
                        (
                            "bridge",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="records", to="bridges.bridge", db_index=False),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "bridge_records",
                        "constraints": [models.UniqueConstraint(fields=("bridge", "external_id"), name="record_is_mapped_once")],
                    },
                ),
                migrations.CreateModel(
                    name="BridgeConflict",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("field", models.CharField(max_length=20)),
                        ("theirs", models.CharField(blank=True, default="", max_length=500)),
                        ("theirs_at", models.DateTimeField(null=True)),
                        ("ours", models.CharField(blank=True, default="", max_length=500)),
                        ("ours_at", models.DateTimeField(null=True)),
                        ("ours_by", models.CharField(blank=True, default="", max_length=40)),
                        ("found_at", models.DateTimeField()),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("", "open"), ("theirs", "theirs"), ("ours", "ours"), ("past", "settled by itself")],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="bridges.bridgerecord"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "bridge_conflicts",
                        "indexes": [models.Index(fields=["record", "-at"], name="bridge_conflicts_by_record")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("verdict", "")), fields=("record", "field"), name="field_is_in_doubt_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BridgeRun",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("is_dry", models.BooleanField(default=False)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, default="", max_length=40)),
                        ("read", models.PositiveIntegerField(default=0)),
                        ("made", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("left_alone", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("gone", models.PositiveIntegerField(default=0)),
                        ("sent", models.PositiveIntegerField(default=0)),
                        ("asked", models.PositiveIntegerField(default=0)),
                        ("samples", models.JSONField(default=list)),
                        ("problems", models.JSONField(default=list)),
                        (
                            "bridge",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="bridges.bridge", db_index=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "bridge_runs",
                        "indexes": [models.Index(fields=["bridge", "-id"], name="bridge_runs_newest_first")],
                    },
                ),
                migrations.CreateModel(
                    name="BridgeValue",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("field", models.CharField(max_length=20)),
                        ("theirs", models.CharField(blank=True, default="", max_length=500)),
                        ("theirs_at", models.DateTimeField(null=True)),
                        ("ours", models.CharField(blank=True, default="", max_length=500)),
                        ("ours_at", models.DateTimeField(null=True)),
                        ("ours_by", models.CharField(blank=True, default="", max_length=40)),
                        ("settled", models.CharField(max_length=10)),
                        ("settled_at", models.DateTimeField()),
                        (
                            "record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="values", to="bridges.bridgerecord"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "bridge_values",
                        "constraints": [models.UniqueConstraint(fields=("record", "field"), name="field_of_a_record_is_settled_once")],
                    },
                ),
                migrations.CreateModel(
                    name="AddressBook",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("url", models.CharField(max_length=500, verbose_name="address")),
                        ("username", models.CharField(blank=True, default="", max_length=200, verbose_name="user name")),
                        ("password_sealed", models.BinaryField(null=True)),
                        (
                            "sends",
                            models.CharField(
                                choices=[
                                    ("nothing", "nothing: we only read"),
                                    ("changes", "what changes here of people who have a card there"),
                                    ("segment", "that, and a card for everybody in a segment"),
                                    ("everybody", "that, and a card for everybody these teams know"),
                                ],
                                default="nothing",
                                max_length=10,
                                verbose_name="what goes there",
                            ),
                        ),
                        ("forgets", models.BooleanField(default=False, verbose_name="take back what a card said when it is deleted there")),
                        ("minutes", models.PositiveIntegerField(default=15, verbose_name="look every so many minutes")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("is_chosen", models.BooleanField(default=False)),
                        ("found", models.JSONField(default=list)),
                        ("version", models.CharField(default="3.0", max_length=3)),
                        ("sync_token", models.CharField(blank=True, default="", max_length=1000)),
                        ("ctag", models.CharField(blank=True, default="", max_length=500)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("problem", models.CharField(blank=True, default="", max_length=40)),
                        ("problem_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True, unique=True)),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.segment",
                                verbose_name="segment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "address_books",
                        "ordering": ["name", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None), ("is_active", True)),
                                fields=["next_at"],
                                name="address_books_to_look_at",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BookCard",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("href", models.CharField(max_length=700)),
                        ("etag", models.CharField(blank=True, default="", max_length=300)),
                        ("uid", models.CharField(blank=True, default="", max_length=320)),
                        ("theirs", models.JSONField(default=dict)),
                        ("ours", models.JSONField(default=dict)),
                        ("given", models.JSONField(default=dict)),
                        ("is_made_here", models.BooleanField(default=False)),
                        ("is_to_go", models.BooleanField(default=False)),
                        ("read_at", models.DateTimeField(null=True)),
                        ("gone_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "book",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="cards", to="bridges.addressbook", db_index=False),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "book_cards",
                        "indexes": [models.Index(fields=["book", "uid"], name="book_cards_by_uid")],
                        "constraints": [models.UniqueConstraint(fields=("book", "href"), name="card_is_known_once")],
                    },
                ),
                migrations.CreateModel(
                    name="CardConflict",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("field", models.CharField(max_length=20)),
                        ("theirs", models.CharField(blank=True, default="", max_length=500)),
                        ("ours", models.CharField(blank=True, default="", max_length=500)),
                        ("theirs_at", models.DateTimeField(null=True)),
                        ("ours_at", models.DateTimeField(null=True)),
                        ("found_at", models.DateTimeField()),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("", "open"), ("theirs", "theirs"), ("ours", "ours"), ("past", "settled by itself")],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "card",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="bridges.bookcard"),
                        ),
                    ],
                    options={
                        "db_table": "card_conflicts",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("verdict", "")), fields=("card", "field"), name="field_of_a_card_is_in_doubt_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PeopleSource",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("slug", models.SlugField(max_length=30, unique=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                    ],
                    options={
                        "db_table": "people_sources",
                        "ordering": ["slug"],
                    },
                ),
                migrations.CreateModel(
                    name="PeopleFile",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=[("csv", "CSV"), ("vcard", "vCard"), ("jcard", "jCard")], max_length=10)),
                        ("name", models.CharField(max_length=200)),
                        ("form", models.JSONField(default=dict)),
                        ("mapping", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("looking", "being looked at"),
                                    ("looked_at", "looked at, not taken in"),
                                    ("running", "being taken in"),
                                    ("done", "taken in"),
                                    ("dropped", "dropped"),
                                ],
                                default="looking",
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("made", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("left_alone", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("left_out", models.PositiveIntegerField(default=0)),
                        ("problems", models.JSONField(default=list)),
                        (
                            "blob",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.blob"),
                        ),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "source",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="bridges.peoplesource"),
                        ),
                    ],
                    options={
                        "db_table": "people_files",
                        "indexes": [
                            models.Index(condition=models.Q(("blob__isnull", False)), fields=["at"], name="people_files_with_bytes")
                        ],
                    },
                ),
            ]
        )
    ]
