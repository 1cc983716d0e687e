import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("files", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Offering",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("product", "product"), ("service", "service"), ("place", "place")],
                                default="product",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("sku", models.CharField(max_length=64, unique=True, verbose_name="number")),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("attributes", models.JSONField(default=dict, verbose_name="attributes")),
                        ("changed_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("fits_with", models.ManyToManyField(through="purchases.OfferingFit", to="purchases.offering")),
                    ],
                    options={
                        "db_table": "offerings",
                        "ordering": ["name", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="OfferingFit",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "offering",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="fits", to="purchases.offering", db_index=False),
                        ),
                        (
                            "other",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="purchases.offering"),
                        ),
                    ],
                    options={
                        "db_table": "offering_fits",
                        "constraints": [
                            models.UniqueConstraint(fields=("offering", "other"), name="offering_fits_with_another_once"),
                            models.CheckConstraint(
                                condition=models.Q(("offering", models.F("other")), _negated=True), name="offering_does_not_fit_with_itself"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderSource",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        ("created_at", models.DateTimeField()),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience"),
                        ),
                    ],
                    options={
                        "db_table": "order_sources",
                    },
                ),
                migrations.CreateModel(
                    name="Order",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=80)),
                        ("placed_at", models.DateTimeField()),
                        ("currency", models.CharField(max_length=3)),
                        ("total", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("placed", "ordered"), ("sent", "sent"), ("delivered", "delivered"), ("cancelled", "cancelled")],
                                default="placed",
                                max_length=10,
                            ),
                        ),
                        ("digest", models.CharField(blank=True, default="", max_length=64)),
                        ("changed_at", models.DateTimeField()),
                        ("erased_at", models.DateTimeField(null=True)),
                        (
                            "interaction",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="order", to="timeline.interaction"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="purchases.ordersource"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "orders",
                        "indexes": [
                            models.Index(
                                models.OrderBy(models.F("changed_at"), descending=True),
                                models.OrderBy(models.F("id"), descending=True),
                                name="orders_changed_last",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("source", "number"), name="order_has_a_number_of_its_source")],
                    },
                ),
                migrations.CreateModel(
                    name="OrderLine",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("position", models.PositiveIntegerField()),
                        ("sku", models.CharField(blank=True, default="", max_length=64)),
                        ("name", models.CharField(max_length=200)),
                        ("quantity", models.PositiveIntegerField(default=1)),
                        ("amount", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("placed", "ordered"), ("sent", "sent"), ("delivered", "delivered"), ("cancelled", "cancelled")],
                                default="placed",
                                max_length=10,
                            ),
                        ),
                        ("state_at", models.DateTimeField(null=True)),
                        (
                            "offering",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="purchases.offering"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="purchases.order", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "order_lines",
                        "ordering": ["order", "position"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("offering", None), models.Q(("sku", ""), _negated=True)),
                                fields=["sku"],
                                name="order_lines_without_offering",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "position"), name="order_line_has_a_position"),
                            models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="order_line_is_of_something"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=64)),
                        ("amount", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="refunds", to="purchases.orderline"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="refunds", to="purchases.order", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "order_refunds",
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "number"), name="refund_is_recorded_once"),
                            models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_is_of_something"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Return",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.CharField(max_length=64)),
                        ("quantity", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "interaction",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="returns", to="purchases.orderline"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="returns", to="purchases.order", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "order_returns",
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "number"), name="return_is_recorded_once"),
                            models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="return_is_of_something"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Taking",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(choices=[("orders", "orders"), ("offerings", "offerings")], max_length=10)),
                        ("name", models.CharField(max_length=200)),
                        ("currency", models.CharField(blank=True, default="", max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("looked_at", "looked at, not taken in"),
                                    ("running", "being taken in"),
                                    ("done", "taken in"),
                                    ("dropped", "dropped"),
                                ],
                                default="looked_at",
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
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="purchases.ordersource"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "order_takings",
                        "indexes": [models.Index(condition=models.Q(("blob__isnull", False)), fields=["at"], name="takings_with_a_file")],
                    },
                ),
            ]
        )
    ]
