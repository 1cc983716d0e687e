import django.db.models.functions.datetime
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Lease",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=200, unique=True)),
                        ("holder", models.CharField(max_length=80)),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "leases",
                    },
                ),
                migrations.CreateModel(
                    name="Recurrence",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=200, unique=True)),
                        ("next_run_at", models.DateTimeField()),
                        ("last_run_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "recurrences",
                    },
                ),
                migrations.CreateModel(
                    name="WorkerBoot",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("boot_id", models.CharField(max_length=32, unique=True)),
                        ("host", models.CharField(max_length=100)),
                        ("pid", models.PositiveIntegerField()),
                        ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("finished", models.PositiveBigIntegerField(default=0, help_text="tasks done since its start")),
                    ],
                    options={
                        "db_table": "worker_boots",
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=200)),
                        ("args", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("queued", "Queued"), ("running", "Running"), ("dead", "Dead")], default="queued", max_length=10
                            ),
                        ),
                        ("priority", models.SmallIntegerField(default=0)),
                        ("run_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("failures", models.PositiveIntegerField(default=0, help_text="times it raised")),
                        ("losses", models.PositiveIntegerField(default=0, help_text="times its worker died with it")),
                        ("claims", models.PositiveIntegerField(default=0, help_text="times it was taken; tells one holder from the next")),
                        ("max_attempts", models.PositiveSmallIntegerField(default=12)),
                        ("worker", models.CharField(default="", help_text="boot id of the worker that holds it", max_length=32)),
                        ("lease_until", models.DateTimeField(null=True)),
                        (
                            "error",
                            models.CharField(default="", help_text="class and place of the last failure, never its words", max_length=200),
                        ),
                        ("dedupe", models.CharField(max_length=200, null=True)),
                        ("cause", models.BigIntegerField(help_text="id of the event that led to it", null=True)),
                        ("depth", models.PositiveSmallIntegerField(default=0, help_text="how many events led to it, one from another")),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                    options={
                        "db_table": "tasks",
                        "indexes": [
                            models.Index(
                                models.OrderBy(models.F("priority"), descending=True),
                                models.F("run_at"),
                                models.F("id"),
                                condition=models.Q(("state", "queued")),
                                name="tasks_in_order",
                            ),
                            models.Index(condition=models.Q(("state", "queued")), fields=["run_at"], name="tasks_by_moment"),
                            models.Index(condition=models.Q(("state", "running")), fields=["lease_until"], name="tasks_by_lease"),
                            models.Index(condition=models.Q(("state", "running")), fields=["worker"], name="tasks_by_worker"),
                            models.Index(condition=models.Q(("state", "dead")), fields=["name", "id"], name="tasks_dead"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "queued")), fields=("dedupe",), name="task_waits_once_for_one_dedupe_key"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["queued", "running", "dead"])), name="task_is_queued_running_or_dead"
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
