"""Every kind of event and the fields it carries. `record_event` refuses what is not listed here; a listed field may be left out.

Names are `noun.past_tense`. What people read is written when they read it, from the rows the ids name.
"""

from heard.events.fields import FLAG, ID, IDS, MOMENT, NUMBER, ONE_OF, WORD, Field

KINDS: dict[str, dict[str, Field]] = {
    # accounts
    "user.added": {"role": WORD},
    "user.changed": {"role": WORD, "was_role": WORD, "is_active": FLAG},
    "user.logged_in": {"method": WORD},
    "user.logged_out": {},
    "user.password_changed": {},
    "team.added": {},
    "team.changed": {},
    "membership.added": {"user_id": ID, "team_id": ID},
    "membership.ended": {"user_id": ID, "team_id": ID},
    # mail comes in
    "mailbox.added": {"team_id": ID},
    "mailbox.changed": {"team_id": ID},
    "mailbox.failed": {"cause": WORD, "direction": ONE_OF("in", "out")},
    "mailbox.recovered": {"direction": ONE_OF("in", "out")},
    "inbound.received": {"mailbox_id": ID},
    "inbound.filed": {"mailbox_id": ID, "interaction_id": ID, "conversation_id": ID},
    "inbound.discarded": {"mailbox_id": ID, "cause": WORD},
    "inbound.quarantined": {"mailbox_id": ID, "cause": WORD},
    "inbound.retried": {"mailbox_id": ID},
    "import.started": {"mailbox_id": ID},
    "import.finished": {"mailbox_id": ID, "filed": NUMBER, "discarded": NUMBER, "quarantined": NUMBER},
    # conversations
    "conversation.opened": {"mailbox_id": ID, "team_id": ID, "identity_id": ID, "interaction_id": ID},
    "conversation.closed": {"reason": WORD, "was_waiting": FLAG},
    "conversation.reopened": {"reason": WORD},
    "conversation.assigned": {"assignee_id": ID, "was_assignee_id": ID},
    "conversation.moved": {"team_id": ID, "was_team_id": ID},
    "conversation.snoozed": {"until": MOMENT},
    "conversation.woken": {"reason": WORD},
    "conversation.joined": {"into_id": ID, "from_id": ID, "interaction_ids": IDS},
    "conversation.parted": {"into_id": ID, "from_id": ID, "interaction_ids": IDS},
    "conversation.linked": {"other_id": ID},
    "conversation.audience_changed": {"was_audience_id": ID},
    "message.received": {
        "conversation_id": ID,
        "interaction_id": ID,
        "identity_id": ID,
        "mailbox_id": ID,
        "thread_reason": WORD,
        "authentication": ONE_OF("pass", "fail", "none"),
        "automatic": WORD,
        "is_new_conversation": FLAG,
    },
    "message.sent": {"conversation_id": ID, "interaction_id": ID, "mailbox_id": ID, "is_automatic": FLAG},
    "message.copied": {"conversation_id": ID, "interaction_id": ID, "mailbox_id": ID},
    "message.delivered": {"conversation_id": ID, "interaction_id": ID, "attempts": NUMBER},
    "message.bounced": {"conversation_id": ID, "interaction_id": ID, "identity_id": ID, "is_permanent": FLAG},
    "message.failed": {"conversation_id": ID, "interaction_id": ID, "cause": WORD, "attempts": NUMBER},
    "acknowledgement.sent": {"conversation_id": ID},
    "note.added": {"conversation_id": ID, "interaction_id": ID, "mentioned_ids": IDS},
    "draft.changed": {"conversation_id": ID},
    # promises
    "promise.made": {"conversation_id": ID, "policy_id": ID, "due_at": MOMENT, "promise_kind": WORD, "is_told": FLAG},
    "promise.kept": {"conversation_id": ID, "policy_id": ID, "promise_kind": WORD, "seconds_left": NUMBER},
    "promise.broken": {"conversation_id": ID, "policy_id": ID, "promise_kind": WORD, "due_at": MOMENT},
    "promise.released": {"conversation_id": ID, "policy_id": ID, "promise_kind": WORD, "reason": WORD},
    "promise.reopened": {"conversation_id": ID, "policy_id": ID, "promise_kind": WORD, "due_at": MOMENT, "reason": WORD},
    "promise.moved": {"conversation_id": ID, "from_conversation_id": ID},
    "policy.changed": {"version": NUMBER},
    "calendar.changed": {"version": NUMBER},
    # people
    "identity.added": {"source": WORD},
    "identity.changed": {"fields": IDS},
    "identity.divided": {"from_identity_id": ID, "interaction_ids": IDS},
    "identity.verified": {"identifier_id": ID, "how": WORD},
    "identity.bounced": {"identifier_id": ID},
    "link.decided": {"one_id": ID, "other_id": ID, "verdict": ONE_OF("same", "different")},
    "link.retracted": {"one_id": ID, "other_id": ID, "verdict": ONE_OF("same", "different")},
    "person.joined": {"person_ids": IDS, "identity_ids": IDS},
    "person.parted": {"person_ids": IDS, "identity_ids": IDS},
    # erasure and keeping
    "erasure.asked": {"identity_ids": IDS},
    "erasure.done": {"identity_ids": IDS, "interactions": NUMBER, "blobs": NUMBER},
    "erasure.replayed": {"tombstones": NUMBER},
    # the installation
    "event.pruned": {"before": MOMENT, "count": NUMBER},
    "backup.made": {"seal_number": NUMBER},
    "backup.restored": {"seal_number": NUMBER},
}
