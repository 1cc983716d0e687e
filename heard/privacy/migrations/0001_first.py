from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number_of_identities", models.PositiveIntegerField()),
                        ("requested_by_id", models.BigIntegerField(null=True)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("outcomes", models.JSONField(default=list)),
                        ("is_replay", models.BooleanField(default=False)),
                        ("pending", models.JSONField(default=dict)),
                    ],
                    options={
                        "db_table": "erasures",
                        "indexes": [models.Index(condition=models.Q(("finished_at", None)), fields=["id"], name="erasures_unfinished")],
                    },
                ),
                migrations.CreateModel(
                    name="Tombstone",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(max_length=20)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("erased_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "tombstones",
                        "constraints": [models.UniqueConstraint(fields=("kind", "digest"), name="tombstone_is_kept_once")],
                    },
                ),
            ]
        )
    ]
