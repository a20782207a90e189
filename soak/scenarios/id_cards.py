"""ID cards with an offer, for scenarios of the verify function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.callers import Card
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from soak.harness.workload import messages, upload
from tests.support.documents import NAME, draw
from tests.support.request_keys import issued_request_key

if TYPE_CHECKING:
    import random

    from soak.harness.testbed import SoakTestbed


def analyze_cards(testbed: SoakTestbed, number: int, rng: random.Random) -> list[Card]:
    """Analyze resident cards of different people; return them with their offers."""
    uploads = []
    for place in range(number):
        # A separate person per card: five false verdicts for one person would lock the card.
        drawn = draw("resident", residentNumber=f"810203-4{place:06}")
        uploads.append(upload(testbed, f"id-card/{NAME} {place}.png", drawn.content, drawn.values))
    testbed.uploads.drain()
    reconciliation = Reconciliation(testbed, uploads, UnrecordedAttempts())
    instance = FunctionInstance(testbed.configuration("analyze"), testbed.folder / "analyze-cards.log")
    try:
        event_source = EventSource(testbed, [instance], rng, full_batches=True)
        event_source.send(messages(uploads, 0, rng))
        while event_source.deliver_visible():
            reconciliation.unrecorded.read([testbed.to_aws], testbed.ledger())
            event_source.expire_waits()
    finally:
        instance.close()
    reconciliation.check()
    keys = {
        item["documentId"]: issued_request_key(item)
        for item in testbed.items(testbed.request_keys)
        if "requestKey" in item
    }
    # A verdict removes the key from the table.
    testbed.evidence.secrets.update(keys.values())
    return [Card(one["id"], one["data"]["verification"]["request"], keys[one["id"]]) for one in reconciliation.events]
