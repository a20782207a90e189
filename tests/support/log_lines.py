"""Every line of a function's log has an event, and identifies what it concerns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.short_id import ID_DIGITS
from sealed_ocr.runtime.event_specs import EVENT_SPECS, Scope

ALWAYS = {"level", "timestamp", "service", "function_request_id", "event"}
IDENTITY = {"documentId", "attemptId", "receiveCount", "messageId"}


def lines_of(written: str) -> Iterator[dict[str, Any]]:
    """Yield the functions' own lines, without those of metrics and of Lambda's runtime."""
    for text in written.splitlines():
        if text.startswith("{") and '"_aws"' not in text:
            yield json.loads(text)


def assert_complete_lines(written: str) -> None:
    """Check the lines of both functions against the specifications of their events."""
    for line in lines_of(written):
        assert line.keys() >= ALWAYS, f"the line lacks {ALWAYS - line.keys()}: {sorted(line)}"
        spec = EVENT_SPECS[LogEvent(line["event"])]
        identity = set(spec.scope.value)
        if spec.scope is not Scope.INVOCATION and line["service"].startswith(("analyze", "t")):
            identity.add("receiveCount")
        assert line.keys() >= identity, f"{line['event']} lacks {identity - line.keys()}"
        assert (line["level"], line.get("message")) == (spec.level.value, spec.message)
        if "attemptId" in line:
            assert len(line["attemptId"]) == ID_DIGITS
        unknown = line.keys() - ALWAYS - IDENTITY - {"message"} - set(spec.fields)
        assert not unknown, f"{line['event']} has the undocumented fields {unknown}"
    for text in written.splitlines():
        if '"_aws"' in text:
            assert "function_request_id" in json.loads(text)
