"""Forwards claims from the page to the verify function, and its responses back."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from local.pipeline.verdicts import verdict_url

_TIMEOUT_SECONDS = 60


def post_claim(verify_url: str, document_id: str, claim: bytes, idempotency_key: str | None) -> dict[str, Any]:
    """Post a claim unchanged. Return ``status``, ``type``, ``retryAfter`` and ``body``, which is decoded if it is JSON.

    Raises
    ------
    urllib3.exceptions.HTTPError
        If no response arrives.
    """
    headers = {"Content-Type": "application/json"}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    # No automatic retries: a claim that was judged is spent.
    response = urllib3.request(
        "POST",
        verdict_url(verify_url, document_id),
        body=claim,
        headers=headers,
        timeout=_TIMEOUT_SECONDS,
        retries=False,
    )
    try:
        body = json.loads(response.data)
    except ValueError:
        body = response.data.decode(errors="replace")
    return {
        "status": response.status,
        "type": response.headers.get("Content-Type", ""),
        "retryAfter": response.headers.get("Retry-After"),
        "body": body,
    }
