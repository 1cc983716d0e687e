from django.db import migrations

from heard.search.index import present_index


def create(apps, schema_editor):
    present_index().create()


def drop(apps, schema_editor):
    present_index().drop()


class Migration(migrations.Migration):
    """The words' index, which differs by database: see `heard/search/index/`."""

    dependencies = [("search", "0001_first")]

    operations = [migrations.RunPython(create, drop)]
