"""docs/tools-json.md shows every member of every report, and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ops.backfill.command import BackfillReport
from ops.billing.command import ReconcileReport
from ops.doctor.command import DoctorReport
from ops.documents.calls import CallsReport
from ops.documents.lock_guard import LockGuardReport
from ops.documents.reanalyze import ReanalyzeReport
from ops.documents.status import StatusReport
from ops.erase.summary import EraseReport
from ops.redrive.listing import DeadLettersReport
from ops.redrive.results import ResultsReport
from ops.redrive.summary import UploadsReport
from ops.simulate.report import SimulateReport
from ops.tail.formatting import MessageReport
from ops.why.command import WhyReport

pytestmark = pytest.mark.unit

PAGE = Path(__file__).parents[2] / "docs" / "tools-json.md"
REPORTS: dict[str, Any] = {
    "`doctor`": DoctorReport,
    "`status DOCUMENT`": StatusReport,
    "`status`": CallsReport,
    "`why DOCUMENT`": WhyReport,
    "`tail`": MessageReport,
    "`dead-letters`": DeadLettersReport,
    "`redrive`": UploadsReport,
    "`redrive --queue results`": ResultsReport,
    "`reanalyze`": ReanalyzeReport,
    "`lock-guard`": LockGuardReport,
    "`backfill`": BackfillReport,
    "`erase`": EraseReport,
    "`reconcile`": ReconcileReport,
    "`simulate`": SimulateReport,
}


def examples() -> dict[str, Any]:
    sections = re.findall(r"^## (.*?)\n(?:.*?)```json\n(.*?)```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    found = {title: json.loads(text) for title, text in sections}
    document = found["`status DOCUMENT`"]["document"]
    return {
        title: {name: document if value == "as in status" else value for name, value in example.items()}
        for title, example in found.items()
    }


def test_every_report_has_an_example() -> None:
    assert examples().keys() == REPORTS.keys()


@pytest.mark.parametrize("title", REPORTS)
def test_an_example_has_the_members_of_the_report(title: str) -> None:
    example = examples()[title]
    report = msgspec.convert(example, REPORTS[title], strict=True)
    # Unknown members are dropped, and those that the example lacks are filled in: both would make a difference.
    assert msgspec.to_builtins(report, str_keys=True) == example
