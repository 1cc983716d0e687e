"""What bridges remember: each file is one kind of other store."""

from heard.bridges.models.books import AddressBook, BookCard, CardConflict, CardVerdict, Sends
from heard.bridges.models.crm import (
    Bridge,
    BridgeConflict,
    BridgeErrand,
    BridgeRecord,
    BridgeRun,
    BridgeState,
    BridgeValue,
    Direction,
    ErrandKind,
    Verdict,
    WhenGone,
)
from heard.bridges.models.files import FileKind, FileState, PeopleFile, PeopleSource

__all__ = [
    "AddressBook",
    "BookCard",
    "Bridge",
    "BridgeConflict",
    "BridgeErrand",
    "BridgeRecord",
    "BridgeRun",
    "BridgeState",
    "BridgeValue",
    "CardConflict",
    "CardVerdict",
    "Direction",
    "ErrandKind",
    "FileKind",
    "FileState",
    "PeopleFile",
    "PeopleSource",
    "Sends",
    "Verdict",
    "WhenGone",
]
