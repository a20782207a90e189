"""``python -m local run``: recognised values appear in the events on its output, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from local.processes.child import ROOT
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import KINDS
from tests.support.documents import NAME, draw

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed


def run(testbed: SoakTestbed, _: Scale, report: Report) -> None:
    """Let the command analyze and verify documents with the testbed's OCR emulator, whose credentials are known.

    Raises
    ------
    GuaranteeViolation
        If the command failed or printed too few events.
    """
    images = []
    for place, (folder, document) in enumerate(KINDS):
        drawn = draw(document)
        testbed.evidence.values.update(drawn.values)
        images.append(testbed.folder / folder / f"{NAME} {place}.png")
        images[-1].parent.mkdir(parents=True, exist_ok=True)
        images[-1].write_bytes(drawn.content)
    keys = ("--app-key", testbed.credentials["appKey"], "--secret-key", testbed.credentials["secretKey"])
    done = subprocess.run(  # noqa: S603 - this interpreter, and our own command
        [sys.executable, "-m", "local", "run", "--json", "--verify", "--no-pictures",
         "--ocr-endpoint", testbed.emulator.url, *keys, *map(str, images)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (testbed.folder / "console.log").write_text(done.stderr)
    events = [line for line in done.stdout.splitlines() if "specversion" in json.loads(line)]
    # The events may hold values. All other output is searched like a log.
    testbed.evidence.messages += [{"Body": line} for line in events]
    (testbed.folder / "verdicts.log").write_text("\n".join(set(done.stdout.splitlines()) - set(events)))
    if done.returncode or len(events) != len(images):
        raise GuaranteeViolation(f"exit code {done.returncode}, {len(events)} events")
    report.table(
        "console", {"images": len(images), "events": len(events), "lines printed": len(done.stderr.splitlines())}
    )
