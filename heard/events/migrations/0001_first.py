import django.db.models.deletion
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Consumer",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=100, unique=True)),
                        ("position", models.BigIntegerField(default=0)),
                        ("failures", models.PositiveSmallIntegerField(default=0, help_text="of the event after `position`, in a row")),
                        ("error", models.CharField(default="", help_text="class and place of the last failure", max_length=200)),
                        ("retry_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "event_consumers",
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "position",
                            models.BigIntegerField(help_text="what readers follow; null until given on PostgreSQL", null=True, unique=True),
                        ),
                        ("kind", models.CharField(max_length=60)),
                        ("at", models.DateTimeField()),
                        ("actor_kind", models.CharField(default="system", help_text="system, user, identity, …", max_length=20)),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("subject_kind", models.CharField(max_length=40)),
                        ("subject_id", models.BigIntegerField()),
                        ("audience_id", models.BigIntegerField(help_text="who may see it; null: operators only", null=True)),
                        ("data", models.JSONField(default=dict)),
                        ("is_history", models.BooleanField(default=False)),
                        ("caused_by", models.BigIntegerField(help_text="id of the event that led to it", null=True)),
                        ("depth", models.PositiveSmallIntegerField(default=0)),
                        ("canonical", models.TextField(help_text="what is sealed, written once")),
                    ],
                    options={
                        "db_table": "events",
                        "indexes": [
                            models.Index(condition=models.Q(("position", None)), fields=["id"], name="events_without_position"),
                            models.Index(fields=["subject_kind", "subject_id", "position"], name="events_of_one_subject"),
                            models.Index(fields=["at"], name="events_by_moment"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.BigIntegerField(unique=True)),
                        ("version", models.PositiveSmallIntegerField()),
                        ("first_position", models.BigIntegerField()),
                        ("last_position", models.BigIntegerField()),
                        ("sealed_at", models.DateTimeField()),
                        ("leaves", models.BinaryField(help_text="32 bytes for each position")),
                        ("previous", models.CharField(max_length=64)),
                        ("digest", models.CharField(help_text="SHA-256 over all of the above", max_length=64)),
                        ("mac", models.CharField(help_text="HMAC of the digest", max_length=64)),
                    ],
                    options={
                        "db_table": "event_seals",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_position__gte", models.F("first_position"))), name="seal_covers_something"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ParkedEvent",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("event_id", models.BigIntegerField()),
                        ("position", models.BigIntegerField()),
                        ("error", models.CharField(default="", max_length=200)),
                        ("parked_at", models.DateTimeField()),
                        ("consumer", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="events.consumer", db_index=False)),
                    ],
                    options={
                        "db_table": "parked_events",
                        "constraints": [
                            models.UniqueConstraint(fields=("consumer", "event_id"), name="event_is_parked_once_for_a_consumer")
                        ],
                    },
                ),
            ]
        )
    ]
