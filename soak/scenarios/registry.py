"""All scenarios by name, and what holds for every one of them."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from typing import TextIO

from soak.checks import leaks
from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.report import Report
from soak.harness.scale import Scale
from soak.harness.testbed import World
from soak.scenarios import bad_input, concurrency, console, deliveries, outage, poison, properties, request_keys

SCENARIOS: dict[str, Callable[[World, Scale, Report], None]] = {
    "deliveries": deliveries.run,
    "outage": outage.run,
    "poison": poison.run,
    "request-keys": request_keys.run,
    "bad-input": bad_input.run,
    "concurrency": concurrency.run,
}
# What `make test` does anyway, by the ten thousand or with an eye on what is printed.
LONG = {**SCENARIOS, "properties": properties.run, "console": console.run}


def run(name: str, world: World, scale: Scale, report: Report, keys: SymmetricKeys) -> None:
    """Run a scenario; then search all that it wrote, and hold its symmetric keys against those of all before.

    Raises: GuaranteeViolation, AssertionError.
    """
    output, errors = _Copy(sys.stdout), _Copy(sys.stderr)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        LONG[name](world, scale, report)
    rows = leaks.search(world, output.getvalue() + errors.getvalue() + report.text())
    rows["symmetric keys so far, none of them twice"] = keys.add(world.emulator.symmetric_keys())
    report.table(f"{name}: canary", rows)


class _Copy(io.StringIO):
    """Keeps what goes to a stream."""

    def __init__(self, shown: TextIO) -> None:
        super().__init__()
        self._shown = shown

    def write(self, text: str) -> int:
        self._shown.write(text)
        return super().write(text)

    def flush(self) -> None:
        self._shown.flush()
