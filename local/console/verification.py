"""Forwards claims from the page to the verify function, and its responses back."""

from __future__ import annotations

import json
from typing import Any

from local.pipeline.verdicts import post_claim


def forward_claim(verify_url: str, document_id: str, claim: bytes, idempotency_key: str | None) -> dict[str, Any]:
    """Post a claim unchanged. Return ``status``, ``type``, two headers, and ``body``, which is decoded if it is JSON.

    Raises
    ------
    urllib3.exceptions.HTTPError
        If no response arrives.
    """
    response = post_claim(verify_url, document_id, claim, idempotency_key)
    try:
        body = json.loads(response.data)
    except ValueError:
        body = response.data.decode(errors="replace")
    return {
        "status": response.status,
        "type": response.headers.get("Content-Type", ""),
        "retryAfter": response.headers.get("Retry-After"),
        "attemptsLeft": response.headers.get("Attempts-Left"),
        "body": body,
    }
