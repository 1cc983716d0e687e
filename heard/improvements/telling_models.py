"""Telling people what came of what they said: what was told, whom, with what result; and how far each got in the loop."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heard.conversations.models import Conversation, Message
from heard.improvements.models import Decision, Improvement
from heard.insights.models import Signal
from heard.people.models import Identity
from heard.privacy.registry import Personal


class Telling(models.Model):
    """What we write to those who raised an improvement, about one decision. A draft until `queued_at`.

    Whoever raised it until `previewed_at` is meant, so that what goes out is what was previewed; `finished_at` is when the last batch was
    queued (held ones may follow). Withdrawn, it goes no further.
    """

    personal = Personal(
        what=_("what colleagues write to everybody who raised something, in which somebody may be named"),
        why=_("to tell people what came of what they said"),
        keep=_("as long as the improvement"),
        export=_("each person's own copy, with their messages"),
        erase=_("the person's name, addresses and words are taken out"),
    )
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="tellings", db_index=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="tellings")
    text_en = models.TextField(_("in English"), max_length=4000, blank=True, default="")
    text_es = models.TextField(_("in Spanish"), max_length=4000, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    previewed_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(null=True)

    class Meta:
        db_table = "tellings"
        constraints = [
            models.UniqueConstraint(fields=["by", "once"], condition=Q(once__isnull=False), name="telling_is_written_once"),
            models.CheckConstraint(condition=~Q(text_en="", text_es=""), name="telling_says_something"),
        ]
        indexes = [models.Index(fields=["improvement", "-id"], name="tellings_newest_first")]

    def text_in(self, language: str) -> tuple[str, str]:
        """The words for a reader of `language`, and the language they are in: theirs if it was written, else the other."""
        texts = {"en": self.text_en, "es": self.text_es}
        fallback = "en" if self.text_en else "es"
        return (texts[language], language) if texts.get(language) else (texts[fallback], fallback)


class ToldState(models.TextChoices):
    QUEUED = "queued", _("on its way")
    TOLD = "told", _("told")
    BOUNCED = "bounced", _("came back")
    NO_WAY = "no_way", _("cannot be reached")
    HELD = "held", _("later, so as not to write too often")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Cause(models.TextChoices):
    """Why somebody cannot be reached, or is not told after all."""

    REFUSED = "refused", _("does not want to hear from us unasked")
    NO_ADDRESS = "no_address", _("no e-mail address")
    BOUNCED = "bounced", _("mail to them came back before")
    NO_CONVERSATION = "no_conversation", _("said outside of a conversation that mail could go into")
    ERASED = "erased", _("erased at their wish")
    FAILED = "failed", _("could not be sent")
    WITHDRAWN = "withdrawn", _("we stopped it")


class Answer(models.TextChoices):
    SOLVED = "solved", _("“That solved it”")
    NOT_FOR_ME = "not_for_me", _("“Not for me”")


COUNTING = (ToldState.QUEUED, ToldState.TOLD)


class ToldQuerySet(models.QuerySet["Told"]):
    def counting(self) -> ToldQuerySet:
        """Those by which a person has been told, or is just being told: nobody writes to them about the decision again."""
        return self.filter(state__in=COUNTING)


class Told(models.Model):
    """One identity and one decision: whether, when and through which conversation it was told, and what it answered.

    `signal` is what they had said. At most one row counts for a person; that is decided when the row is made, in `services.telling`.
    """

    personal = Personal(
        what=_("that somebody was told what came of what they said, and what they answered"),
        why=_("to tell each once, and to know whether it helped"),
        keep=_("as long as the improvement"),
        export=_("yes"),
        erase=_("stays between stubs, so that counts stay true"),
    )
    telling = models.ForeignKey(Telling, models.CASCADE, related_name="told")
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="told", db_index=False)
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="told", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="told")
    signal = models.ForeignKey(Signal, models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="told")
    state = models.CharField(max_length=10, choices=ToldState)
    cause = models.CharField(max_length=16, choices=Cause, blank=True, default="")
    queued_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    objects = ToldQuerySet.as_manager()

    class Meta:
        db_table = "telling_recipients"
        constraints = [
            models.UniqueConstraint(fields=["decision", "identity"], name="identity_hears_of_a_decision_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)), name="answer_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["improvement", "state"], name="told_by_state"),
            models.Index(fields=["decision", "held_until"], condition=Q(state="held"), name="told_later"),
        ]


class LoopStanding(models.Model):
    """How far the loop is closed for one person: derived from signals, decisions and what was told, and made anew from them at any time.

    `identity` is the person's head (the identity whose id is the person's number). Each moment is the first at which anything they said
    got so far. `is_owed`: something they raised was decided and nobody told them yet. Hours are counted from `spoke_at`.
    """

    personal = Personal(
        what=_("how far what somebody said got: considered, decided, told"),
        why=_("to see whether people hear what came of what they said"),
        keep=_("as long as their signals"),
        export=_("no"),
        erase=_("stays between stubs: it holds moments only"),
    )
    identity = models.OneToOneField(Identity, models.CASCADE, related_name="loop_standing")
    spoke_at = models.DateTimeField()
    considered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    is_owed = models.BooleanField(default=False)
    considered_hours = models.IntegerField(null=True)
    decided_hours = models.IntegerField(null=True)
    told_hours = models.IntegerField(null=True)
    confirmed_hours = models.IntegerField(null=True)

    class Meta:
        db_table = "loop_standings"
        indexes = [
            models.Index(
                fields=["spoke_at", "is_owed", "considered_hours", "decided_hours", "told_hours", "confirmed_hours"], name="loop_figures"
            ),
            models.Index(fields=["identity"], condition=Q(is_owed=True), name="loop_owed"),
            *(
                models.Index(fields=[f"{state}_hours", "spoke_at"], condition=Q(**{f"{state}_hours__isnull": False}), name=f"loop_{state}")
                for state in ("considered", "decided", "told", "confirmed")
            ),
        ]


class QuoteConsent(models.Model):
    """Somebody agreed that words of theirs stand on the open window. `name` is how they want to be called there; empty: not at all.

    `start` and `end` are the words they agreed to, as they stood in the signal then: a signal marked wider later shows no more.
    """

    personal = Personal(
        what=_("that somebody agreed to be quoted in public, and under which name"),
        why=_("to quote nobody without their consent"),
        keep=_("until withdrawn or erased"),
        export=_("yes"),
        erase=_("removed, and the quotation with it"),
    )
    signal = models.ForeignKey(Signal, models.CASCADE, related_name="quote_consents")
    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="quote_consents")
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    name = models.CharField(max_length=80, blank=True, default="")
    how = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    is_shown = models.BooleanField(default=False)

    class Meta:
        db_table = "quote_consents"
        constraints = [
            models.UniqueConstraint(fields=["signal", "improvement"], condition=Q(withdrawn_at=None), name="words_are_allowed_once")
        ]
