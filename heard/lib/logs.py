"""Log lines: a fixed sentence, then the ids that were given as `extra`."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

_ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _ORDINARY and name not in {"request", "server_time"}}


class Discreet(logging.Formatter):
    """Shows where an error came from and its class, and not its words, which may hold an address or a sentence of a customer."""

    def formatException(self, ei: Any) -> str:
        """The places, oldest first, and the class; with HEARD_DEBUG all of it."""
        kind, error, frames = ei
        if settings.DEBUG:
            return super().formatException(ei)
        chain = [error] if error else []
        while chain and (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
            chain.append(cause)
        classes = " from ".join(type(one).__name__ for one in chain) or str(kind)
        return "".join(traceback.format_tb(frames)) + classes


class LineFormatter(Discreet):
    """For people: `2026-11-21T10:00:00Z INFO heard.tasks delivery sent delivery=7 attempt=2`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        line = f"{moment} {record.levelname} {record.name} {record.getMessage()}{facts}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(Discreet):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
