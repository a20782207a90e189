"""Claims on their way from the page to the verify function, and its answer on the way back."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from local.pipeline.verdicts import verdict_url

_SECONDS = 60


def ask(verify_url: str, document_id: str, claim: bytes, idempotency_key: str | None) -> dict[str, Any]:
    """Post a claim as it is; return ``status``, ``type``, ``retryAfter`` and the ``body``, decoded where it is JSON.

    Raises: urllib3's HTTPError when no answer came.
    """
    headers = {"Content-Type": "application/json"}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    # Never again on its own: a claim that was answered is spent.
    response = urllib3.request(
        "POST", verdict_url(verify_url, document_id), body=claim, headers=headers, timeout=_SECONDS, retries=False
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
