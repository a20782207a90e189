"""Follows the emulator's journal: each call to the OCR service and its response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.domain.result_codes import Code
from local.console.documents import Observation

if TYPE_CHECKING:
    from emulator.control.client import ControlClient
    from local.console.documents import StationState
    from local.console.record import Record

_MEANINGS = {
    "4000006": "call limit exceeded",
    "fault:http-status": "a gateway's error page instead of a response",
    "fault:reset-after-body": "processed, then the connection was reset",
}


class JournalFollower:
    """Reads new journal entries into the record."""

    def __init__(self, record: Record, control: ControlClient) -> None:
        self._record, self._control = record, control
        self._revision = 0
        self._recorded: dict[int, str] = {}

    def poll(self) -> None:
        """Read the new and changed entries."""
        journal = self._control.journal(self._revision)
        self._revision = journal["revision"]
        for call in journal["calls"]:
            self._record.set_call({**call, "meaning": meaning(call["answer"])})
            self._add_to_record(call)

    def _add_to_record(self, call: dict[str, Any]) -> None:
        if call["image"] is None:
            return
        stage = "ended" if call["ended"] else "opened"
        if self._recorded.get(call["number"]) == stage:
            return
        with self._record.change_with_image(call["image"]) as document:
            if document is None:
                return
            if call["number"] not in self._recorded:
                text = f"{call['operation']}: the sealed image was opened"
                document.observe(Observation("ocr", "active", text, at=call["began"]))
            if stage == "ended":
                state: StationState = "done" if call["answer"] == "0" else "failed"
                text = _described(call["answer"])
                document.observe(Observation("ocr", state, text, at=call["ended"]))
        self._recorded[call["number"]] = stage


def _described(answer: str) -> str:
    # A fault has no result code: the answer itself was spoilt.
    return meaning(answer) if answer.startswith("fault:") else f"answered {answer}: {meaning(answer)}"


def meaning(answer: str | None) -> str:
    """Return the meaning of an answer in the journal, which is a result code or a fault."""
    if answer is None:
        return ""
    if answer in _MEANINGS:
        return _MEANINGS[answer]
    if answer.startswith("fault:"):
        return answer.removeprefix("fault:").replace("-", " ")
    try:
        return Code(int(answer)).message.lower()
    except ValueError:
        return "set by a fault"
