"""All scenarios by name, and the checks that apply to each of them."""

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
from soak.harness.testbed import SoakTestbed
from soak.scenarios import (
    asynchronous,
    bad_input,
    ceiling,
    concurrency,
    console,
    deliveries,
    exploration,
    idle_connections,
    outage,
    poison,
    properties,
    redrives,
    request_keys,
)

SCENARIOS: dict[str, Callable[[SoakTestbed, Scale, Report], None]] = {
    "deliveries": deliveries.run,
    "ceiling": ceiling.run,
    "outage": outage.run,
    "poison": poison.run,
    "request-keys": request_keys.run,
    "asynchronous": asynchronous.run,
    "bad-input": bad_input.run,
    "concurrency": concurrency.run,
    "redrives": redrives.run,
}
# More of what `make test` covers, a search of its output, and real pauses.
LONG = {
    **SCENARIOS,
    "properties": properties.run,
    "console": console.run,
    "exploration": exploration.run,
    "idle-connections": idle_connections.run,
}


def run(name: str, testbed: SoakTestbed, scale: Scale, report: Report, keys: SymmetricKeys) -> None:
    """Run a scenario, search its output for leaks, and check that no symmetric key was used before.

    Raises
    ------
    GuaranteeViolation, AssertionError
        If a guarantee does not hold.
    """
    output, errors = _Copy(sys.stdout), _Copy(sys.stderr)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        LONG[name](testbed, scale, report)
    rows = leaks.search_for_leaks(testbed, output.getvalue() + errors.getvalue() + report.text())
    rows["symmetric keys so far, none of them twice"] = keys.add(testbed.emulator.symmetric_keys())
    report.table(f"{name}: leak search", rows)


class _Copy(io.StringIO):
    """Passes writes on to a stream, and keeps a copy."""

    def __init__(self, shown: TextIO) -> None:
        super().__init__()
        self._shown = shown

    def write(self, text: str) -> int:
        self._shown.write(text)
        return super().write(text)

    def flush(self) -> None:
        self._shown.flush()
