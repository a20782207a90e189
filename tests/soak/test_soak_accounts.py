"""The accounts cry out when they should, so that their silence means something."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.evidence import Evidence
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload


@dataclass
class Box:
    """A queue that holds what it was given."""

    bodies: list[str] = field(default_factory=list)

    def drain(self) -> list[dict[str, str]]:
        taken, self.bodies = self.bodies, []
        return [{"Body": body} for body in taken]

    def receive(self, _: int) -> list[dict[str, str]]:
        return [{"Body": body} for body in self.bodies]

    def show_hidden(self) -> None:
        """Nothing is hidden."""


@dataclass
class World:
    """One upload that was analyzed, paid for once, with one attempt in the ledger."""

    paid: int = 1
    attempts: int = 1
    repeated: int = 0
    bucket: str = "bucket"
    results: Box = field(default_factory=Box)
    dead: Box = field(default_factory=Box)
    uploads: Box = field(default_factory=Box)
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
DOCUMENT = Accounts(World(), [UPLOAD], Journal()).document_id(UPLOAD.key)  # type: ignore[arg-type]  # a stand-in


def drawn(world: World, *, ends: str = "analyzed", told_id: str = DOCUMENT, causes: int = 0) -> dict[str, int | float]:
    event = {
        "id": told_id,
        "type": f"sealed-ocr.document.{ends}.v1",
        "data": {"document": {"key": UPLOAD.key}},
    }
    boxes = {"waiting": world.uploads, "dead": world.dead, "analyzed": world.results, "rejected": world.results}
    if ends in boxes:
        boxes[ends].bodies.append(json.dumps(event if "ed" in ends else {"Records": [RECORD]}))
    journal = Journal()
    journal.causes[DOCUMENT]["its process was killed"] += causes
    return Accounts(world, [UPLOAD], journal).draw()  # type: ignore[arg-type]  # a stand-in for a deployed one


def test_what_adds_up_is_silent() -> None:
    assert drawn(World())["analyzed"] == 1
    assert drawn(World(paid=0), ends="rejected")["rejected"] == 1
    assert drawn(World(paid=0, attempts=0), ends="waiting")["waiting"] == 1
    assert drawn(World(paid=2, attempts=2), ends="dead", causes=2)["in the dead-letter queue"] == 1
    again = drawn(World(paid=2, attempts=2), causes=1)
    assert again["paid again or in vain, because its process was killed"] == 1


@pytest.mark.parametrize(
    ("world", "how", "says"),
    [
        (World(paid=0), {"ends": "nowhere"}, "has disappeared"),
        (World(paid=3, attempts=3), {"causes": 2}, "was paid 3 times"),
        (World(paid=2, attempts=2), {}, "0 ends not recorded"),
        (World(paid=2, attempts=1), {"causes": 1}, "knows of 1 attempts"),
        (World(paid=0), {}, "analyzed for nothing"),
        (World(repeated=1), {}, "symmetric keys"),
        (World(), {"told_id": "0" * 32}, "ids for one document"),
    ],
)
def test_what_does_not_add_up_is_named(world: World, how: dict[str, Any], says: str) -> None:
    with pytest.raises(GuaranteeViolation, match=says):
        drawn(world, **how)
