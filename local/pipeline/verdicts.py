"""Requests verdicts from the verify function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from botocore.credentials import Credentials

from local.processes.aws_clients import CREDENTIALS, REGION
from workstation.signed_post import signed_post

if TYPE_CHECKING:
    import urllib3

    from local.pipeline.messages import Message


@dataclass(frozen=True)
class Verdict:
    """The verify function's response: the HTTP status and the JSON body."""

    document_id: str
    status: int
    body: dict[str, Any]

    @property
    def authentic(self) -> bool | None:
        """The verdict, or None when there is none."""
        return bool(self.body["isAuthenticity"]) if self.status == 200 else None

    @property
    def problem(self) -> str:
        """Why there is no verdict, in the function's words."""
        return f"{self.status} {self.body.get('type', '')} {self.body.get('detail', self.body.get('title', ''))}"


def verdict_url(verify_url: str, document_id: str) -> str:
    """Return the URL to which the claims of a document are posted."""
    return urljoin(verify_url, f"documents/{document_id}/authenticity")


def post_claim(
    verify_url: str, document_id: str, claim: bytes, idempotency_key: str | None = None
) -> urllib3.BaseHTTPResponse:
    """Post a claim unchanged, signed with the credentials of the emulated AWS.

    Raises
    ------
    urllib3.exceptions.HTTPError
        If no response arrives.
    """
    headers = {"Content-Type": "application/json"}
    if idempotency_key:
        headers["Idempotency-Key"] = idempotency_key
    credentials = Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    return signed_post(verdict_url(verify_url, document_id), claim, headers, credentials, REGION)


def request_verdict(verify_url: str, message: Message) -> Verdict:
    """Post the message's ready-made claim unchanged."""
    document_id = str(message.event["id"])
    response = post_claim(verify_url, document_id, json.dumps(message.claim, ensure_ascii=False).encode())
    try:
        body = response.json()
    except ValueError:
        body = {}
    return Verdict(document_id, response.status, body if isinstance(body, dict) else {})
