"""Callers of the verify function, and what each of them was told."""

from __future__ import annotations

import json
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.lambda_runtime.function_url_event import HttpRequest, http_response, url_event

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from soak.harness.function_instance import Slot

KILLED = "the function was killed"


@dataclass
class Card:
    """A card that was read, and what its callers were told: a verdict, or a problem's type."""

    document_id: str
    claim: dict[str, str]
    request_key: str
    told: list[tuple[str, str]] = field(default_factory=list)

    def verdicts(self) -> list[str]:
        """Return the verdicts that were given."""
        return [what for _, what in self.told if what.startswith("verdict")]


def ask(slots: Sequence[Slot], cards: Sequence[Card], callers: int, dice: random.Random, key: str = "") -> None:
    """Let so many callers ask for each card, those of one card close together; the cards keep what they were told."""
    waiting: queue.SimpleQueue[tuple[Card, str]] = queue.SimpleQueue()
    for card in cards:
        for caller in range(callers):
            # Some have a key in common, some one of their own, some none.
            own = key or dice.choice(("", "shared", f"caller-{caller}"))
            waiting.put((card, own))

    def serve(slot: Slot) -> None:
        while True:
            try:
                card, idempotency_key = waiting.get_nowait()
            except queue.Empty:
                return
            headers = {"Content-Type": "application/json"}
            if idempotency_key:
                headers["Idempotency-Key"] = idempotency_key
            body = json.dumps(card.claim, ensure_ascii=False).encode()
            target = f"/documents/{card.document_id}/authenticity"
            event = url_event(HttpRequest("POST", target, headers.items(), body, "192.0.2.1", "verify.example"))
            outcome = slot.invoke(json.dumps(event).encode())
            if outcome.error_type is not None:
                card.told.append((idempotency_key, KILLED))
                continue
            told = json.loads(http_response(outcome).body)
            card.told.append(
                (idempotency_key, f"verdict {told['isAuthenticity']}" if "isAuthenticity" in told else told["type"])
            )

    with ThreadPoolExecutor(len(slots)) as threads:
        list(threads.map(serve, slots))
