"""The property tests with ten thousand examples: upload events, claims, messages, settings, secrets, sealed values.

`make test` tries a hundred examples of each.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from local.processes.child import ROOT
from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_TRIED = re.compile(r"::test_(\w+):\n(?:(?!tests/).*\n)*?.* (\d+) passing, 0 failing", re.MULTILINE)
_HOW = ("-q", "-n", "0", "-p", "no:cacheprovider", "-m", "hypothesis and unit", "--hypothesis-show-statistics")


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        If a guarantee does not hold.
    """
    done = subprocess.run(  # noqa: S603 - this interpreter, and our own tests
        [sys.executable, "-m", "pytest", *_HOW, f"--hypothesis-seed={scale.seed}"],
        cwd=ROOT,
        env={**os.environ, "EXAMPLES": str(scale.examples)},
        capture_output=True,
        text=True,
        check=False,
    )
    (testbed.folder / "properties.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise GuaranteeViolation("a property does not hold; properties.log says which")
    tried = {name.replace("_", " "): int(number) for name, number in _TRIED.findall(done.stdout)}
    report.table("properties: examples that held", tried)
