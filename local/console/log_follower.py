"""Follows the analyze function's log. Its lines identify documents by id and contain no personal data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.log_event import LogEvent

from local.console.documents import Observation

if TYPE_CHECKING:
    from pathlib import Path

    from local.console.record import Record

# What the page shows of a line beside its message.
_DETAILS = ("refusal", "resultCode", "code", "outcome", "reason", "fault", "why", "until")


class LogFollower:
    """Reads new log lines of the function's processes into the record."""

    def __init__(self, record: Record, logs: Path) -> None:
        self._record, self._logs = record, logs
        self._offsets: dict[Path, int] = {}

    def poll(self) -> None:
        """Read the new complete lines."""
        for path in sorted(self._logs.glob("*AnalyzeFunction*.log")):
            with path.open("rb") as file:
                file.seek(self._offsets.get(path, 0))
                complete, _, _ = file.read().rpartition(b"\n")
            if complete:
                self._offsets[path] = self._offsets.get(path, 0) + len(complete) + 1
                for line in complete.splitlines():
                    self._add_to_record(line)

    def _add_to_record(self, line: bytes) -> None:
        try:
            entry: dict[str, Any] = json.loads(line)
            document_id, event = entry["documentId"], str(entry["event"])
        except (ValueError, KeyError, TypeError):
            return
        # Only warnings and errors have a text.
        text = str(entry.get("message", event))
        detail = ", ".join(str(entry[name]) for name in _DETAILS if name in entry)
        with self._record.change_identified(document_id) as document:
            if document is None:
                return
            document.observe(Observation("function", None, f"logged: {text}{f' ({detail})' if detail else ''}"))
            if event == LogEvent.PUBLIC_KEY_REFUSED:
                document.observe(
                    Observation("ocr", None, "the keys were rotated: the image is sealed again with a new key")
                )
            if event == LogEvent.ATTEMPT_REFUSED and entry.get("refusal") == DocumentState.ERASED:
                document.outcome = "erased"
                observation = Observation("function", "done", "erased on demand: no call is made for it any more")
                document.ended = observation.at
                document.observe(observation)
            if event == LogEvent.DOCUMENT_DEAD_LETTERED:
                document.outcome = "parked"
                observation = Observation("queue", "failed", "parked in the dead-letter queue")
                document.ended = observation.at
                document.observe(observation)
