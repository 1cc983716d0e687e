import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("domain", models.CharField(max_length=253, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "organisations",
                    },
                ),
                migrations.CreateModel(
                    name="Identity",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("source", models.CharField(max_length=40)),
                        ("display_name", models.CharField(blank=True, default="", max_length=200)),
                        ("person_number", models.BigIntegerField(db_index=True, default=0)),
                        ("language", models.CharField(blank=True, default="", max_length=10)),
                        ("first_seen_at", models.DateTimeField()),
                        ("last_seen_at", models.DateTimeField()),
                        ("bounced_at", models.DateTimeField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="identities", to="people.organisation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "identities",
                        "indexes": [
                            models.Index(models.OrderBy(models.F("last_seen_at"), descending=True), name="identities_newest_first"),
                            models.Index(django.db.models.functions.text.Lower("display_name"), name="identities_by_name"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Identifier",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(max_length=20)),
                        ("value", models.CharField(max_length=320)),
                        ("source", models.CharField(max_length=40)),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("verified_how", models.CharField(blank=True, default="", max_length=40)),
                        ("created_at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="identifiers", to="people.identity"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "identifiers",
                        "indexes": [models.Index(fields=["kind", "value"], name="identifiers_by_value")],
                        "constraints": [
                            models.UniqueConstraint(fields=("identity", "kind", "value"), name="identity_holds_an_identifier_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("source", "mail")),
                                fields=("source", "kind", "value"),
                                name="mail_correspondent_is_one_identity",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "external")),
                                fields=("source", "value"),
                                name="record_of_a_source_is_one_identity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(max_length=20)),
                        ("value", models.CharField(max_length=500)),
                        ("source", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="facts", to="people.identity", db_index=False),
                        ),
                        ("parts", models.JSONField(blank=True, default=dict)),
                        ("retracted_at", models.DateTimeField(null=True)),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("verified_how", models.CharField(blank=True, default="", max_length=40)),
                    ],
                    options={
                        "db_table": "facts",
                        "constraints": [models.UniqueConstraint(fields=("identity", "kind", "value", "source"), name="fact_is_noted_once")],
                    },
                ),
                migrations.CreateModel(
                    name="IdentityAudience",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.audience"),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="identity_audiences", to="people.identity"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "identity_audiences",
                        "constraints": [
                            models.UniqueConstraint(fields=("identity", "audience"), name="identity_is_known_to_an_audience_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkDecision",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("verdict", models.CharField(choices=[("same", "same"), ("different", "different")], max_length=10)),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("model_version", models.CharField(blank=True, default="", max_length=40)),
                        ("at", models.DateTimeField()),
                        ("retracted_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("one", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        ("other", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False)),
                        (
                            "retracted_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "link_decisions",
                        "indexes": [
                            models.Index(fields=["one", "other"], name="decisions_by_pair"),
                            models.Index(fields=["other"], name="decisions_by_other"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))), name="link_decision_names_the_smaller_first"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("purpose", models.CharField(choices=[("outcomes", "what came of what they told us")], max_length=20)),
                        ("at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="people.identity", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "contacts",
                        "indexes": [models.Index(fields=["identity", "at"], name="contacts_by_identity")],
                    },
                ),
                migrations.CreateModel(
                    name="ContactChoice",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("purpose", models.CharField(choices=[("outcomes", "what came of what they told us")], max_length=20)),
                        ("is_allowed", models.BooleanField()),
                        ("how", models.CharField(max_length=20)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="contact_choices", to="people.identity"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "contact_choices",
                        "indexes": [models.Index(fields=["identity", "purpose", "-id"], name="contact_choices_newest_first")],
                    },
                ),
                migrations.CreateModel(
                    name="HeadsUp",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("text", models.CharField(max_length=200)),
                        ("reason", models.CharField(max_length=200)),
                        ("at", models.DateTimeField()),
                        ("review_on", models.DateField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="heads_ups", to="people.identity"),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "heads_ups",
                        "indexes": [
                            models.Index(condition=models.Q(("ended_at", None)), fields=["identity"], name="heads_ups_standing"),
                            models.Index(condition=models.Q(("ended_at", None)), fields=["review_on"], name="heads_ups_to_review"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("by", "once"), name="heads_up_is_written_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("reason", ""), _negated=True)),
                                name="heads_up_says_what_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Household",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(blank=True, default="", max_length=120)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "db_table": "households",
                    },
                ),
                migrations.CreateModel(
                    name="HouseholdMember",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="members", to="people.household"),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="households", to="people.identity"),
                        ),
                    ],
                    options={
                        "db_table": "household_members",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("identity",), name="identity_lives_in_one_household"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandOver",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("at", models.DateTimeField()),
                        ("undone_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "giver",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "taker",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "taker_team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("segments", models.ManyToManyField(related_name="+", through="people.HandedOverSegment", to="people.segment")),
                    ],
                    options={
                        "db_table": "hand_overs",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("taker", None), ("taker_team", None), _connector="XOR"),
                                name="customers_are_handed_to_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("by", "once"), name="customers_are_handed_over_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Segment",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("rule", models.JSONField(default=dict)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("position", models.PositiveIntegerField(default=100)),
                        ("made_at", models.DateTimeField()),
                        ("counted_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("once", models.UUIDField(null=True, unique=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "owner_team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
                        ),
                    ],
                    options={
                        "db_table": "segments",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at", None)), fields=("name",), name="segment_has_a_name_of_its_own"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("owner", None), ("owner_team", None), _connector="OR"), name="segment_names_one_owner"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandedOverSegment",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "hand_over",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.handover", db_index=False),
                        ),
                        ("segment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.segment")),
                    ],
                    options={
                        "db_table": "handed_over_segments",
                        "constraints": [models.UniqueConstraint(fields=("hand_over", "segment"), name="segment_is_handed_over_once")],
                    },
                ),
                migrations.CreateModel(
                    name="RelationshipOwner",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "because",
                            models.CharField(
                                choices=[
                                    ("hand", "given by a colleague"),
                                    ("handed_over", "handed over by a colleague"),
                                    ("segment", "by a rule"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "ended_with",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="ended", to="people.handover"
                            ),
                        ),
                        (
                            "handed_over",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="begun", to="people.handover"
                            ),
                        ),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="owners", to="people.identity"),
                        ),
                        (
                            "team",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.segment"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "relationship_owners",
                        "indexes": [
                            models.Index(condition=models.Q(("until_at", None)), fields=["identity"], name="owners_in_force"),
                            models.Index(
                                condition=models.Q(("until_at", None)), fields=["user", "identity"], name="customers_of_colleague"
                            ),
                            models.Index(condition=models.Q(("until_at", None)), fields=["team", "identity"], name="customers_of_team"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("user", None), ("team", None), _connector="XOR"),
                                name="customer_has_a_colleague_or_a_team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("until_at", None), ("until_at__gte", models.F("since_at")), _connector="OR"),
                                name="owner_ends_after_the_beginning",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None), models.Q(("because", "segment"), _negated=True)),
                                fields=("identity",),
                                name="identity_has_one_owner_by_hand",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("because", "segment"), ("until_at", None)),
                                fields=("identity",),
                                name="identity_has_one_owner_by_rule",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SegmentMember",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("entered_at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.identity", db_index=False),
                        ),
                        (
                            "segment",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="members", to="people.segment", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "segment_members",
                        "indexes": [models.Index(fields=["identity", "segment"], name="segments_of_person")],
                        "constraints": [models.UniqueConstraint(fields=("segment", "identity"), name="person_is_in_a_segment_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SegmentVersion",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("number", models.PositiveIntegerField()),
                        ("rule", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "segment",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="people.segment", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "segment_versions",
                        "ordering": ["segment", "-number"],
                        "constraints": [models.UniqueConstraint(fields=("segment", "number"), name="segment_version_is_made_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Attribute",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=40)),
                        ("text", models.CharField(blank=True, default="", max_length=200)),
                        ("number", models.BigIntegerField(null=True)),
                        ("at", models.DateTimeField(null=True)),
                        ("source", models.CharField(max_length=40)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("computed_at", models.DateTimeField()),
                        (
                            "identity",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="attributes", to="people.identity", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "attributes",
                        "indexes": [
                            models.Index(fields=["name", "number", "identity"], name="attributes_by_number"),
                            models.Index(fields=["name", "at", "identity"], name="attributes_by_moment"),
                            models.Index(fields=["name", "text", "identity"], name="attributes_by_text"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("identity", "name", "text"), name="identity_has_an_attribute_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CountedSubject",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(max_length=40, unique=True)),
                        ("version", models.PositiveIntegerField()),
                        ("counted_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "counted_subjects",
                    },
                ),
            ]
        )
    ]
