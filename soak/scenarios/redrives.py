"""Redrives over weeks of the ledger's clock: dead letters outlive items, and operators decide now and then.

Every analysis ends with an unknown outcome. Dead letters are redriven on random days, as the AWS console does it, or
with an operator's decision. DynamoDB deletes items, and SQS deletes dead letters, when their time has come. One
document is redriven on the days that make its dead letter older than its item, if nothing renews the item. Of others,
the item is missing now and then, as after a restore of the table from a backup.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from emulator.faults.kinds import ResetAfterBody
from emulator.testing import Emulator
from soak.harness.weeks import Weeks
from tests.support.analyze_parts import assemble, clients_at
from tests.support.audit import assert_nothing_personal
from tests.support.stage import Stage

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_DAYS = 40
_WORST_DAYS = (13, 26, 39)
_REDRIVE_CHANCE, _DECISION_CHANCE, _FORGET_CHANCE = 0.08, 0.04, 0.3


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Park ``scale.parked`` documents, and redrive them for 40 days.

    Raises
    ------
    GuaranteeViolation
        If a document is called for more often than twice and once for each decision, or a decision buys no call.
    """
    rng = random.Random(scale.seed)
    with Emulator() as emulator:
        emulator.fault(ResetAfterBody(operation="id-card", times=None))
        stage = Stage(testbed.aws, emulator)
        weeks = Weeks(stage, assemble(clients_at(testbed.aws.url), stage, emulator.url))
        try:
            calls = _run(weeks, scale.parked, rng)
        finally:
            weeks.parts.threads.shutdown()
        assert_nothing_personal(stage, weeks.parts.log.getvalue())
    report.table(
        "redrives",
        {
            "documents": len(weeks.documents),
            "days": _DAYS,
            "redrives of dead letters": weeks.redrives,
            "dead letters that SQS deleted": weeks.expired,
            "operators' decisions": sum(document.decisions for document in weeks.documents.values()),
            "calls that may have been billed": calls,
            "of one document without a decision, at most": 2,
            "for one decision, exactly": 1,
        },
    )


def _run(weeks: Weeks, number: int, rng: random.Random) -> int:
    weeks.upload(number)
    weeks.deliver(0)
    weeks.check()
    worst = next(iter(weeks.documents))
    for day in range(1, _DAYS + 1):
        weeks.begin_day(day)
        for document_id, document in weeks.documents.items():
            chance = rng.random()
            decided = document_id != worst and chance < _DECISION_CHANCE
            due = day in _WORST_DAYS if document_id == worst else chance < _DECISION_CHANCE + _REDRIVE_CHANCE
            if document.body and due:
                if document_id != worst and rng.random() < _FORGET_CHANCE:
                    weeks.forget(document_id)
                weeks.redrive(document_id, decided=decided)
        if len(weeks.stage.uploads_queue):
            weeks.deliver(day)
            weeks.check()
    return weeks.check()
