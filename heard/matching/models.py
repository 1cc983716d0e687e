"""What matching keeps: see the files named here."""

from heard.matching.live_models import MatchEdge, MatchKey, MatchModel, MatchRecord
from heard.matching.review_models import JoinAlarm, JoinCheck, Review

__all__ = ["JoinAlarm", "JoinCheck", "MatchEdge", "MatchKey", "MatchModel", "MatchRecord", "Review"]
