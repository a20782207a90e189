"""Requests a verdict about an ID card: one signed POST, and the next step after each answer.

The authority that issued the card judges the claim. Five wrong issue dates lock the citizen's card. Therefore a program
must never repeat a claim that was refused. It may repeat a claim only if the claim was certainly not judged.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

if TYPE_CHECKING:
    import boto3

TIMEOUT_SECONDS = 35
"""Longer than the function's timeout (30 s), so that every answer is the function's own."""
RETRY_SECONDS = 30


class NextStep(Enum):
    """What may be done after a problem."""

    RETRY_LATER = "the claim was not judged: the same claim may be sent again after Retry-After"
    RETRY_ONCE = "it is unknown whether the claim was judged: the answer to one repeat shows it"
    UPLOAD_AGAIN = "the card's Request-Key is used up: only a new upload of the image can lead to a verdict"
    CORRECT_CLAIM = "a person must correct the claim first; nothing was spent"
    ASK_OPERATOR = "an operator must find the cause: the caller, the function or the OCR service is at fault"
    NEVER = "the authority has locked the card, or another false claim could lock it: nobody should try again"


# Every problem type of schemas/verification.openapi.json.
NEXT_STEPS = {
    "verification-in-progress": NextStep.RETRY_LATER,
    "rate-limited": NextStep.RETRY_LATER,
    "temporarily-unavailable": NextStep.RETRY_LATER,
    "outcome-unknown": NextStep.RETRY_ONCE,
    "request-key-spent": NextStep.UPLOAD_AGAIN,
    "request-key-expired": NextStep.UPLOAD_AGAIN,
    "unknown-document": NextStep.UPLOAD_AGAIN,
    "invalid-claim": NextStep.CORRECT_CLAIM,
    "claim-too-large": NextStep.CORRECT_CLAIM,
    "idempotency-key-reused": NextStep.ASK_OPERATOR,
    "invalid-request": NextStep.ASK_OPERATOR,
    "not-found": NextStep.ASK_OPERATOR,
    "method-not-allowed": NextStep.ASK_OPERATOR,
    "internal-error": NextStep.ASK_OPERATOR,
    "ocr-error": NextStep.ASK_OPERATOR,
    "card-locked": NextStep.NEVER,
    "lock-guard": NextStep.NEVER,
}


class RetryLater(Exception):
    """The same claim may be sent again after ``seconds``: it was not judged, or its verdict is returned again."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(reason)
        self.seconds = seconds


class AccessDenied(Exception):
    """AWS refused the request: the role lacks ``VerifierPolicyArn``."""


@dataclass(frozen=True)
class VerificationResult:
    """The verdict in ``authentic``. If it is None: the ``problem``, and the fields that the problem names."""

    authentic: bool | None = None
    problem: str = ""
    fields: tuple[str, ...] = ()


class VerificationClient:
    """Calls the verify function at ``url`` with the credentials of ``session``."""

    def __init__(self, session: boto3.Session, url: str, pause_seconds: float = 2) -> None:
        self._session, self._url, self._pause_seconds = session, url.rstrip("/"), pause_seconds
        # The HTTP library must not repeat a claim by itself.
        self._http = urllib3.PoolManager(timeout=TIMEOUT_SECONDS, retries=False)

    def verify(self, document_id: str, claim: dict[str, str]) -> VerificationResult:
        """Return the verdict about ``claim``, or the problem that prevents one until somebody acts.

        Raises
        ------
        RetryLater
            If the same claim may be sent again later.
        AccessDenied
            If AWS refuses the request.
        """
        result = self._post(document_id, claim)
        if NEXT_STEPS.get(result.problem) is NextStep.RETRY_ONCE:
            time.sleep(self._pause_seconds)
            result = self._post(document_id, claim)
        return result

    def _post(self, document_id: str, claim: dict[str, str]) -> VerificationResult:
        try:
            response = self._http.urlopen("POST", **self._signed(document_id, claim), redirect=False)
        except urllib3.exceptions.HTTPError:
            raise RetryLater("no answer", RETRY_SECONDS) from None
        body = _json(response)
        if response.status == 200 and isinstance(body.get("isAuthenticity"), bool):
            return VerificationResult(authentic=body["isAuthenticity"])
        problem = str(body.get("type", ""))
        if problem not in NEXT_STEPS:
            # Not the function's answer: Lambda was overloaded, ended the function, or refused the caller.
            if response.status in (401, 403):
                raise AccessDenied
            raise RetryLater(f"HTTP {response.status} without a known problem", RETRY_SECONDS)
        if NEXT_STEPS[problem] is NextStep.RETRY_LATER:
            raise RetryLater(problem, int(response.headers.get("Retry-After", RETRY_SECONDS)))
        return VerificationResult(
            problem=problem, fields=tuple(str(error["field"]) for error in body.get("errors", ()))
        )

    def _signed(self, document_id: str, claim: dict[str, str]) -> dict[str, Any]:
        url, body = f"{self._url}/documents/{document_id}/authenticity", json.dumps(claim).encode()
        # The same key for every repeat of this claim: if the answer was lost, the function returns the verdict again.
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"consumer-{document_id}"}
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        credentials = self._session.get_credentials()
        if credentials is None:
            raise AccessDenied
        # Each request needs a new signature: it is valid for five minutes.
        SigV4Auth(credentials.get_frozen_credentials(), "lambda", self._session.region_name).add_auth(request)
        return {"url": url, "body": body, "headers": dict(request.headers)}


def _json(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        tree = response.json()
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}
