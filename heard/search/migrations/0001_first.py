from django.db import migrations, models

from heard.search.index import present_index


def create(apps, schema_editor):
    present_index().create()


def drop(apps, schema_editor):
    present_index().drop()


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("object_id", models.BigIntegerField()),
                ("group_kind", models.CharField(max_length=12)),
                ("group_id", models.BigIntegerField()),
                ("audience_id", models.BigIntegerField()),
                ("channel", models.CharField(blank=True, default="", max_length=20)),
                ("happened_at", models.DateTimeField()),
                ("short", models.TextField(blank=True, default="")),
                ("fingerprint", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "search_documents",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "audience_id"), name="document_stands_for_a_row_once")
                ],
            },
        ),
        # The words' index, which differs by database: see `heard/search/index/`.
        migrations.RunPython(create, drop),
    ]
