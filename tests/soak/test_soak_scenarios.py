"""The short form of every soak: a broken promise fails the test with what is wrong."""

from __future__ import annotations

import pytest

from soak.report import Report
from soak.scale import SHORT
from soak.scenarios.every import SCENARIOS
from soak.world import World


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_was_promised_is_kept(world: World, scenario: str) -> None:
    report = Report(quiet=True)
    SCENARIOS[scenario](world, SHORT, report)
    assert report.tables
