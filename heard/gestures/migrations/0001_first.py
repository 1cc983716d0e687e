import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("conversations", "0001_first"),
        ("purchases", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Authority",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "role",
                            models.CharField(
                                choices=[("admin", "Administrator"), ("lead", "Lead"), ("agent", "Agent"), ("reader", "Reader")],
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("set_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "authorities",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("role", "currency"),
                                name="role_has_one_authority_in_a_currency",
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="authority_is_not_below_nothing"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Gesture",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("replacement", "Replacement"), ("refund", "Refund"), ("credit", "Credit")], max_length=12
                            ),
                        ),
                        ("amount", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("at", models.DateTimeField()),
                        ("once", models.UUIDField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("carried_out_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, db_index=False),
                        ),
                        (
                            "carried_out_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="gestures", to="conversations.conversation"
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="purchases.orderline"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="gestures", to="purchases.order"
                            ),
                        ),
                        (
                            "told_in",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="gestures", to="conversations.message"
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "gestures",
                        "indexes": [
                            models.Index(fields=["by", "at"], name="gestures_of_colleague"),
                            models.Index(
                                condition=models.Q(("carried_out_at", None), ("withdrawn_at", None)),
                                fields=["at"],
                                name="gestures_to_carry_out",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("by", "once"), name="gesture_is_made_once"
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="gesture_costs_something"),
                        ],
                    },
                ),
            ]
        )
    ]
