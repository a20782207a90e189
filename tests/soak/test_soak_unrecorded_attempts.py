"""Attempts without a recorded end are found, also if another delivery has taken over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.common.attempt_end import AttemptEnd

from soak.checks.unrecorded_attempts import UnrecordedAttempts
from tests.support.calls import Call

KILLED = Attempt.begin("b7747be9" + 24 * "0", "f4256d48", 1)
RELEASED = Attempt.begin("0aa6cc44" + 24 * "0", "6a240aa5", 2).ended(AttemptEnd.UNBILLED, 3, may_be_billed=False)


def item(state: str, *history: Attempt) -> dict[str, str]:
    """Return the item as the testbed does, with every value as text."""
    return {"documentId": "document", "state": state, "history": str([{"S": entry.encode()} for entry in history])}


def proxy(*calls: Call) -> Any:
    return SimpleNamespace(calls=list(calls))


def end(state: str) -> Call:
    values = {
        ":set_state": {"S": state},
        ":me": {"S": "b7747be9" + 24 * "0"},
        ":set_reason": {"S": "SendMessage.Refused"},
    }
    return Call(
        "UpdateItem", "documents", {"ExpressionAttributeValues": values, "Key": {"documentId": {"S": "document"}}}
    )


@pytest.mark.parametrize(
    ("found", "calls", "causes"),
    [
        (item("sending", KILLED), (), {"its process was killed": 1}),
        (item("free", KILLED, RELEASED), (), {"its process was killed": 1}),
        (item("sending", KILLED), (end("done"),), {"its end could not be written": 1}),
        (item("sending", KILLED), (end("unknown"),), {"its result could not be sent": 1}),
        (item("free", RELEASED), (), {}),
    ],
)
def test_each_attempt_without_a_recorded_end_counts_once(
    found: dict[str, str], calls: tuple[Call, ...], causes: dict[str, int]
) -> None:
    unrecorded = UnrecordedAttempts()
    unrecorded.read([proxy(*calls)], [found])
    unrecorded.read([proxy()], [found])
    assert unrecorded.causes.get("document", {}) == causes
