"""The reconciliation finds every kind of violation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.evidence import Evidence
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload


@dataclass
class FakeQueue:
    """A queue in memory."""

    bodies: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def drain(self) -> list[dict[str, Any]]:
        taken, self.bodies = self.bodies, []
        return [{"Body": body, "MessageAttributes": self.attributes} for body in taken]

    def receive(self, _: int) -> list[dict[str, str]]:
        return [{"Body": body} for body in self.bodies]

    def show_hidden(self) -> None:
        """Nothing is hidden."""


@dataclass
class FakeTestbed:
    """One upload that was analyzed, paid for once, with one attempt in the ledger."""

    paid: int = 1
    attempts: int = 1
    repeated: int = 0
    bucket: str = "bucket"
    results: FakeQueue = field(default_factory=FakeQueue)
    uploads_dlq: FakeQueue = field(default_factory=FakeQueue)
    uploads: FakeQueue = field(default_factory=FakeQueue)
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def emulator(self) -> Any:
        counts = SimpleNamespace(
            paid=SimpleNamespace(by_image={"digest": self.paid}), repeated_symmetric_keys=self.repeated
        )
        return SimpleNamespace(counters=lambda: counts)

    def ledger(self) -> list[dict[str, str]]:
        return [{"documentId": DOCUMENT, "attempts": str(self.attempts), "state": "done"}]


RECORD = {"s3": {"object": {"key": "id-card/a+b.png", "versionId": "v1"}}}
UPLOAD = Upload("id-card/a b.png", RECORD, "digest", ("a value",))
DOCUMENT = Reconciliation(FakeTestbed(), [UPLOAD], UnrecordedAttempts()).document_id(UPLOAD.key)  # type: ignore[arg-type]  # a stand-in


def reconcile(
    testbed: FakeTestbed, *, ends: str = "analyzed", event_id: str = DOCUMENT, causes: int = 0
) -> dict[str, int | float]:
    event = {
        "id": event_id,
        "type": f"sealed-ocr.document.{ends}.v1",
        "data": {"document": {"key": UPLOAD.key}},
    }
    queues = {
        "waiting": testbed.uploads,
        "dead": testbed.uploads_dlq,
        "analyzed": testbed.results,
        "rejected": testbed.results,
    }
    if ends in queues:
        queues[ends].bodies.append(json.dumps(event if "ed" in ends else {"Records": [RECORD]}))
    unrecorded = UnrecordedAttempts()
    unrecorded.causes[DOCUMENT]["its process was killed"] += causes
    return Reconciliation(testbed, [UPLOAD], unrecorded).check()  # type: ignore[arg-type]  # a stand-in for a deployed one


def test_a_parked_document_needs_its_message() -> None:
    parked = FakeTestbed(paid=2, attempts=2, uploads_dlq=FakeQueue(attributes={"reason": "unknown-outcome"}))
    with pytest.raises(GuaranteeViolation, match="parked without a message"):
        reconcile(parked, ends="dead", causes=2)
    delay = {
        "id": f"{DOCUMENT}-delayed",
        "type": "sealed-ocr.document.delayed.v1",
        "data": {"document": {"key": UPLOAD.key}},
    }
    parked.results.bodies.append(json.dumps(delay))
    assert reconcile(parked, ends="dead", causes=2)["in the dead-letter queue"] == 1


def test_a_consistent_run_passes() -> None:
    assert reconcile(FakeTestbed())["analyzed"] == 1
    assert reconcile(FakeTestbed(paid=0), ends="rejected")["rejected"] == 1
    assert reconcile(FakeTestbed(paid=0, attempts=0), ends="waiting")["waiting"] == 1
    assert reconcile(FakeTestbed(paid=2, attempts=2), ends="dead", causes=2)["in the dead-letter queue"] == 1
    again = reconcile(FakeTestbed(paid=2, attempts=2), causes=1)
    assert again["paid again or in vain, because its process was killed"] == 1


@pytest.mark.parametrize(
    ("testbed", "options", "message"),
    [
        (FakeTestbed(paid=0), {"ends": "nowhere"}, "has disappeared"),
        (FakeTestbed(paid=3, attempts=3), {"causes": 2}, "was paid 3 times"),
        (FakeTestbed(paid=2, attempts=2), {}, "0 ends not recorded"),
        (FakeTestbed(paid=2, attempts=1), {"causes": 1}, "knows of 1 attempts"),
        (FakeTestbed(paid=0), {}, "analyzed for nothing"),
        (FakeTestbed(repeated=1), {}, "symmetric keys"),
        (FakeTestbed(), {"event_id": "0" * 32}, "ids for one document"),
    ],
)
def test_a_violation_is_named(testbed: FakeTestbed, options: dict[str, Any], message: str) -> None:
    with pytest.raises(GuaranteeViolation, match=message):
        reconcile(testbed, **options)
