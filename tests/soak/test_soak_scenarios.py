"""The short form of every scenario. A violated guarantee fails the test."""

from __future__ import annotations

import pytest

from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.report import Report
from soak.harness.scale import SHORT
from soak.harness.testbed import SoakTestbed
from soak.scenarios.registry import SCENARIOS, run


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_guarantees_hold(testbed: SoakTestbed, symmetric_keys: SymmetricKeys, scenario: str) -> None:
    report = Report(quiet=True)
    run(scenario, testbed, SHORT, report, symmetric_keys)
    assert report.tables[f"{scenario}: leak search"]["secrets and values looked for"] > 1
