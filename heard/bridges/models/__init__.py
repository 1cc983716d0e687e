"""What bridges remember: each file is one kind of other store."""

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

__all__ = [
    "Bridge",
    "BridgeConflict",
    "BridgeErrand",
    "BridgeRecord",
    "BridgeRun",
    "BridgeState",
    "BridgeValue",
    "Direction",
    "ErrandKind",
    "Verdict",
    "WhenGone",
]
