"""Callers of the verify function, and the answers that they got."""

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

    from soak.harness.function_instance import FunctionInstance

KILLED = "the function was killed"


@dataclass
class Card:
    """An analyzed ID card.

    Attributes
    ----------
    document_id, claim, request_key
        The document, its ready-made claim and its Request-Key.
    answers
        An Idempotency-Key (or an empty string) and a verdict or a problem's type for each call.
    """

    document_id: str
    claim: dict[str, str]
    request_key: str
    answers: list[tuple[str, str]] = field(default_factory=list)

    def verdicts(self) -> list[str]:
        """Return the verdicts among the answers."""
        return [answer for _, answer in self.answers if answer.startswith("verdict")]


def claim_event(document_id: str, body: bytes, idempotency_key: str = "") -> bytes:
    """Return the Function URL's event for a claim."""
    headers = {"Content-Type": "application/json"}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    target = f"/documents/{document_id}/authenticity"
    return json.dumps(
        url_event(HttpRequest("POST", target, headers.items(), body, "192.0.2.1", "verify.example"))
    ).encode()


def call_verify(
    instances: Sequence[FunctionInstance], cards: Sequence[Card], callers: int, rng: random.Random, key: str = ""
) -> None:
    """Let ``callers`` callers ask for each card, those of one card close together; add their answers to the cards."""
    waiting: queue.SimpleQueue[tuple[Card, str]] = queue.SimpleQueue()
    for card in cards:
        for caller in range(callers):
            # Some callers share an Idempotency-Key, some have their own, some have none.
            own = key or rng.choice(("", "shared", f"caller-{caller}"))
            waiting.put((card, own))

    def serve(instance: FunctionInstance) -> None:
        while True:
            try:
                card, idempotency_key = waiting.get_nowait()
            except queue.Empty:
                return
            body = json.dumps(card.claim, ensure_ascii=False).encode()
            outcome = instance.invoke(claim_event(card.document_id, body, idempotency_key))
            if outcome.error_type is not None:
                card.answers.append((idempotency_key, KILLED))
                continue
            answer = json.loads(http_response(outcome).body)
            card.answers.append(
                (
                    idempotency_key,
                    f"verdict {answer['isAuthenticity']}" if "isAuthenticity" in answer else answer["type"],
                )
            )

    with ThreadPoolExecutor(len(instances)) as threads:
        list(threads.map(serve, instances))
