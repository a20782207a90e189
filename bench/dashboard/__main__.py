"""``make dashboard``: draws ``docs/images/dashboard.png`` from the template and from a run of two minutes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.dashboard.definition import Definition
from bench.dashboard.picture import draw
from bench.dashboard.run import record
from infra.synth import synthesise
from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ROOT

_SETTINGS = {
    "bundle": False,
    "slowSeconds": 10,
    # Invented prices, so that the graphs of costs show something.
    "pricePerThousandCreditCards": 10,
    "pricePerThousandIdCards": 20,
    "pricePerThousandIdCardsStandAlone": 20,
    "pricePerThousandVerifications": 5,
}


def main() -> None:
    """Run, and write the picture."""
    isolate_aws_environment()
    with tempfile.TemporaryDirectory(prefix="dashboard-") as folder:
        template = synthesise(ROOT, Path(folder) / "cdk.out", _SETTINGS)
        logs = Path(folder) / "logs"
        logs.mkdir()
        recorded = record(logs)
        draw(Definition(template), recorded, ROOT / "docs" / "images" / "dashboard.png")


if __name__ == "__main__":
    main()
