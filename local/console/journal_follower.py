"""What the emulated OCR service was asked and answered, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.domain.result_codes import Code
from local.console.documents import Sighting

if TYPE_CHECKING:
    from emulator.control.client import ControlClient
    from local.console.record import Record

_MEANINGS = {
    "4000006": "call limit exceeded",
    "fault:http-status": "a gateway's error page instead of an answer",
    "fault:reset-after-body": "worked, then the connection was reset",
}


class Wire:
    """Follows the service's journal, into the record."""

    def __init__(self, record: Record, control: ControlClient) -> None:
        self._record, self._control = record, control
        self._revision = 0
        self._told: dict[int, str] = {}

    def look(self) -> None:
        """Take what is new."""
        journal = self._control.journal(self._revision)
        self._revision = journal["revision"]
        for call in journal["calls"]:
            self._record.news("call", {**call, "meaning": meaning(call["answer"])})
            self._note(call)

    def _note(self, call: dict[str, Any]) -> None:
        if call["image"] is None:
            return
        stage = "ended" if call["ended"] else "opened"
        if self._told.get(call["number"]) == stage:
            return
        with self._record.of_image(call["image"]) as document:
            if document is None:
                return
            if call["number"] not in self._told:
                text = f"{call['operation']}: the sealed image was opened"
                document.saw(Sighting("ocr", "active", text, at=call["began"]))
            if stage == "ended":
                good = call["answer"] == "0"
                text = f"answered {call['answer']}: {meaning(call['answer'])}"
                document.saw(Sighting("ocr", "done" if good else "failed", text, at=call["ended"]))
        self._told[call["number"]] = stage


def meaning(answer: str | None) -> str:
    """Return an answer of the service in words, as its journal names it: a result code or a fault."""
    if answer is None:
        return ""
    if answer in _MEANINGS:
        return _MEANINGS[answer]
    if answer.startswith("fault:"):
        return answer.removeprefix("fault:").replace("-", " ")
    try:
        return Code(int(answer)).message.lower()
    except ValueError:
        return "on demand"
