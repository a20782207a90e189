"""Every order of events around one upload and one ID card, up to a bound, instead of samples (``soak.exploration``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soak.exploration.scenes import LONG
from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        With the shortest steps to the violation.
    """
    for name, scene in LONG.items():
        found = scene.explore()
        for steps in found.counterexamples:
            raise GuaranteeViolation("\n".join([f"{name}:", *steps]))
        rows: dict[str, int | float] = {"states": found.states, "transitions": found.transitions}
        report.table(f"exploration: {name}", rows | ({} if found.complete else {"explored up to event": found.steps}))
