from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bridges", "0003_contacts_by")]

    operations = [
        migrations.RemoveIndex("bridgeerrand", "bridge_errands_to_do"),
        migrations.RenameField("bridgeerrand", "not_before", "due_at"),
        migrations.AddIndex(
            "bridgeerrand",
            models.Index(fields=["bridge", "due_at"], condition=Q(done_at=None, is_over=False), name="bridge_errands_to_do"),
        ),
    ]
