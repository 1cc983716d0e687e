"""What matching keeps: see the files named here."""

from heard.matching.review_models import JoinAlarm, JoinCheck, Review

__all__ = ["JoinAlarm", "JoinCheck", "Review"]
