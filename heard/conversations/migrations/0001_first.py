import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from heard.db.operations import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
        ("email", "0001_first"),
        ("people", "0001_first"),
        ("timeline", "0001_first"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Conversation",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("subject", models.CharField(blank=True, default="", max_length=400)),
                        ("state", models.CharField(choices=[("open", "open"), ("closed", "closed")], default="open", max_length=10)),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("us", "waiting on us"),
                                    ("customer", "waiting on the customer"),
                                    ("snoozed", "snoozed"),
                                    ("closed", "closed"),
                                    ("joined", "joined"),
                                ],
                                default="us",
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("last_message_at", models.DateTimeField()),
                        ("last_direction", models.CharField(default="in", max_length=10)),
                        ("waiting_since", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        (
                            "due_kind",
                            models.CharField(
                                blank=True,
                                choices=[("first_reply", "first reply"), ("next_reply", "reply"), ("by_hand", "promise")],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("snoozed_until", models.DateTimeField(null=True)),
                        ("order_at", models.DateTimeField()),
                        ("is_history", models.BooleanField(default=False)),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            , db_index=False),
                        ),
                        (
                            "audience",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.audience", db_index=False),
                        ),
                        (
                            "customer",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="conversations", to="people.identity"
                            ),
                        ),
                        (
                            "joined_into",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joined_conversations",
                                to="conversations.conversation",
                            ),
                        ),
                        (
                            "last_interaction",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="email.mailbox"),
                        ),
                        ("team", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team")),
                    ],
                    options={
                        "db_table": "conversations",
                        "indexes": [
                            models.Index(fields=["audience", "standing", "order_at", "id"], name="inbox_by_due"),
                            models.Index(
                                models.F("audience"),
                                models.F("standing"),
                                models.OrderBy(models.F("last_message_at"), descending=True),
                                models.F("id"),
                                name="inbox_by_last",
                            ),
                            models.Index(
                                models.F("audience"),
                                models.OrderBy(models.F("last_message_at"), descending=True),
                                models.F("id"),
                                name="inbox_all",
                            ),
                            models.Index(
                                condition=models.Q(("assignee", None), ("standing", "us")),
                                fields=["audience", "order_at", "id"],
                                name="inbox_unassigned",
                            ),
                            models.Index(fields=["assignee", "standing", "order_at"], name="inbox_mine"),
                            models.Index(
                                condition=models.Q(("snoozed_until__isnull", False)), fields=["snoozed_until"], name="snoozes_due"
                            ),
                            models.Index(
                                condition=models.Q(("waiting_since__isnull", False)), fields=["waiting_since"], name="conversations_waiting"
                            ),
                            models.Index(
                                condition=models.Q(("is_history", False), ("last_direction", "in"), ("state", "closed")),
                                fields=["closed_at"],
                                name="closed_on_their_word",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("solved", "Solved"),
                                    ("no_reply_needed", "Needs no reply"),
                                    ("duplicate", "Said elsewhere already"),
                                    ("spam", "Unwanted advertising"),
                                    ("confirmed", "Solved, says the customer"),
                                    ("history", "Imported history"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("reopened_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "reopened_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="closures", to="conversations.conversation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "closures",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("reopened_at", None)), fields=("conversation",), name="conversation_is_closed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("at", models.DateTimeField()),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="conversations.conversation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "assignments",
                    },
                ),
                migrations.CreateModel(
                    name="ConversationJoin",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("moved", models.JSONField(default=dict)),
                        ("at", models.DateTimeField()),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="joins", to="conversations.conversation"
                            ),
                        ),
                        (
                            "into",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "conversation_joins",
                    },
                ),
                migrations.CreateModel(
                    name="ConversationLink",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("reason", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="conversations.conversation"
                            , db_index=False),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="conversations.conversation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "conversation_links",
                        "constraints": [models.UniqueConstraint(fields=("conversation", "other"), name="conversations_are_linked_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("text", models.TextField(max_length=200000)),
                        ("is_note", models.BooleanField(default=False)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "author",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="conversations.conversation"
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "drafts",
                        "constraints": [models.UniqueConstraint(fields=("conversation", "author", "is_note"), name="author_has_one_draft")],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("message", "message"),
                                    ("note", "note"),
                                    ("acknowledgement", "acknowledgement"),
                                    ("telling", "what came of it"),
                                ],
                                default="message",
                                max_length=16,
                            ),
                        ),
                        ("subject", models.CharField(blank=True, default="", max_length=400)),
                        ("html", models.TextField(blank=True, default="")),
                        ("message_id", models.CharField(blank=True, default="", max_length=255)),
                        ("body_digest", models.CharField(blank=True, default="", max_length=64)),
                        ("reply_to", models.CharField(blank=True, default="", max_length=320)),
                        ("in_reply_to", models.CharField(blank=True, default="", max_length=255)),
                        ("automatic", models.CharField(blank=True, default="", max_length=16)),
                        ("thread_decision", models.CharField(blank=True, default="", max_length=12)),
                        ("thread_reason", models.CharField(blank=True, default="", max_length=40)),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="conversations.conversation"
                            ),
                        ),
                        (
                            "interaction",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="message", to="timeline.interaction"
                            ),
                        ),
                        (
                            "mailbox",
                            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="email.mailbox"),
                        ),
                    ],
                    options={
                        "db_table": "messages",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("message_id", ""), _negated=True), fields=["message_id"], name="messages_by_message_id"
                            ),
                            models.Index(
                                models.F("mailbox"),
                                models.OrderBy(models.F("id"), descending=True),
                                condition=models.Q(("kind", "acknowledgement")),
                                name="acknowledgements_of_mailbox",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting to be sent"),
                                    ("sent", "sent"),
                                    ("bounced", "came back"),
                                    ("failed", "could not be sent"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("recipients", models.JSONField(default=list)),
                        ("accepted", models.JSONField(default=list)),
                        ("refused", models.JSONField(default=list)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("last_problem", models.CharField(blank=True, default="", max_length=40)),
                        ("last_reply", models.CharField(blank=True, default="", max_length=40)),
                        ("queued_at", models.DateTimeField()),
                        ("next_attempt_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("bounced_at", models.DateTimeField(null=True)),
                        (
                            "message",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="delivery", to="conversations.message"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "deliveries",
                        "indexes": [
                            models.Index(condition=models.Q(("state", "waiting")), fields=["state"], name="deliveries_waiting"),
                            models.Index(condition=models.Q(("state", "bounced")), fields=["message"], name="deliveries_bounced"),
                            models.Index(condition=models.Q(("state", "failed")), fields=["message"], name="deliveries_failed"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SeenMessageId",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("message_id", models.CharField(max_length=255, unique=True)),
                        (
                            "conversation",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "seen_message_ids",
                    },
                ),
                migrations.CreateModel(
                    name="Snooze",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("until", models.DateTimeField()),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_because", models.CharField(blank=True, default="", max_length=12)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "conversation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="snoozes", to="conversations.conversation"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "snoozes",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)), fields=("conversation",), name="conversation_is_snoozed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Ask",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("address", models.CharField(blank=True, default="", max_length=320)),
                        ("is_shown_to_customer", models.BooleanField(default=False)),
                        ("link_seed", models.CharField(max_length=32)),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("reminded_at", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "included",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="timeline.interaction"
                            ),
                        ),
                        (
                            "question",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="ask", to="conversations.message"
                            ),
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
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "db_table": "asks",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("answered_at", None), ("withdrawn_at", None), ("reminded_at", None)),
                                fields=["due_at"],
                                name="asks_to_remind",
                            ),
                            models.Index(
                                condition=models.Q(("answered_at", None), ("withdrawn_at", None), ("user__isnull", False)),
                                fields=["user", "due_at"],
                                name="asks_open_of_a_colleague",
                            ),
                            models.Index(
                                condition=models.Q(("answered_at", None), ("withdrawn_at", None), ("team__isnull", False)),
                                fields=["team", "due_at"],
                                name="asks_open_of_a_team",
                            ),
                            models.Index(
                                condition=models.Q(("answered_at", None), ("withdrawn_at", None)),
                                fields=["by", "due_at"],
                                name="asks_open_by_a_colleague",
                            ),
                            models.Index(
                                models.F("by"),
                                models.OrderBy(models.F("answered_at"), descending=True),
                                condition=models.Q(("answered_at__isnull", False)),
                                name="asks_answered_of_a_colleague",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("address", ""), ("team", None), ("user__isnull", False)),
                                    models.Q(("address", ""), ("team__isnull", False), ("user", None)),
                                    models.Q(("team", None), ("user", None)),
                                    _connector="OR",
                                ),
                                name="ask_goes_to_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AskAnswer",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("name", models.CharField(blank=True, default="", max_length=120)),
                        ("address", models.CharField(blank=True, default="", max_length=320)),
                        (
                            "via",
                            models.CharField(choices=[("here", "in Heard"), ("link", "by the link"), ("mail", "by e-mail")], max_length=10),
                        ),
                        (
                            "came_after",
                            models.CharField(
                                blank=True, choices=[("withdrawn", "withdrawn"), ("expired", "expired")], default="", max_length=10
                            ),
                        ),
                        ("is_automatic", models.BooleanField(default=False)),
                        ("mail_id", models.CharField(blank=True, default="", max_length=255)),
                        ("once", models.UUIDField(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "ask",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="conversations.ask"),
                        ),
                        (
                            "message",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="ask_answer", to="conversations.message"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                            , db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "ask_answers",
                        "indexes": [
                            models.Index(condition=models.Q(("user__isnull", False)), fields=["user", "at"], name="answers_of_a_colleague")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("mail_id", ""), _negated=True),
                                fields=("ask", "mail_id"),
                                name="answer_by_mail_is_filed_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("once__isnull", False)), fields=("ask", "once"), name="answer_is_given_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AskMail",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("question", "question"), ("reminder", "reminder"), ("withdrawal", "withdrawal")], max_length=12
                            ),
                        ),
                        ("recipients", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting to be sent"),
                                    ("sent", "sent"),
                                    ("bounced", "came back"),
                                    ("failed", "could not be sent"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("last_problem", models.CharField(blank=True, default="", max_length=40)),
                        ("queued_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "ask",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="conversations.ask", db_index=False),
                        ),
                    ],
                    options={
                        "db_table": "ask_mails",
                        "constraints": [models.UniqueConstraint(fields=("ask", "kind"), name="ask_has_each_mail_once")],
                    },
                ),
            ]
        )
    ]
