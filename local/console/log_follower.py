"""What the analyze function logs of a document: its log lines speak of documents by id, and name nothing personal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.console.documents import Sighting

if TYPE_CHECKING:
    from pathlib import Path

    from local.console.record import Record

_PARKED = "put into the dead-letter queue"


class Said:
    """Follows the log files of the function's processes, into the record."""

    def __init__(self, record: Record, logs: Path) -> None:
        self._record, self._logs = record, logs
        self._read: dict[Path, int] = {}

    def look(self) -> None:
        """Take what is new, whole lines alone."""
        for path in sorted(self._logs.glob("*AnalyzeFunction*.log")):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole, _, _ = file.read().rpartition(b"\n")
            if whole:
                self._read[path] = self._read.get(path, 0) + len(whole) + 1
                for line in whole.splitlines():
                    self._note(line)

    def _note(self, line: bytes) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
            document_id, text = said["documentId"], str(said["message"])
        except (ValueError, KeyError, TypeError):
            return
        fault = said.get("fault")
        with self._record.identified(document_id) as document:
            if document is None:
                return
            document.saw(Sighting("function", None, f"logged: {text}{f' ({fault})' if fault else ''}"))
            if text.startswith(_PARKED):
                document.outcome = "parked"
                sighting = Sighting("queue", "failed", "parked in the dead-letter queue")
                document.ended = sighting.at
                document.saw(sighting)
