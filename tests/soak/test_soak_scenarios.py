"""The short form of every soak: a broken promise fails the test with what is wrong."""

from __future__ import annotations

import pytest

from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.report import Report
from soak.harness.scale import SHORT
from soak.harness.testbed import World
from soak.scenarios.registry import SCENARIOS, run


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_was_promised_is_kept(world: World, symmetric_keys: SymmetricKeys, scenario: str) -> None:
    report = Report(quiet=True)
    run(scenario, world, SHORT, report, symmetric_keys)
    assert report.tables[f"{scenario}: canary"]["secrets and values looked for"] > 1
