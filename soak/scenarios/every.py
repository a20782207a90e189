"""All scenarios by name."""

from __future__ import annotations

from collections.abc import Callable

from soak.report import Report
from soak.scale import Scale
from soak.scenarios import bad_input, concurrency, deliveries, outage, poison, request_keys
from soak.world import World

SCENARIOS: dict[str, Callable[[World, Scale, Report], None]] = {
    "deliveries": deliveries.run,
    "outage": outage.run,
    "poison": poison.run,
    "request-keys": request_keys.run,
    "bad-input": bad_input.run,
    "concurrency": concurrency.run,
}
