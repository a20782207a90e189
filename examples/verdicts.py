"""Asking whether an ID card is authentic: one signed POST, and what each answer means for the next.

A claim is judged by the authority that issued the card, and five wrong issue dates lock the citizen's card. So a
claim that was refused is never sent again by a program; only one of which it is certain that it was not judged is.
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

ANSWER_SECONDS = 35
"""Longer than the function may take (30 s): the answer is its own."""
LATER_SECONDS = 30


class Then(Enum):
    """What may be done after a problem."""

    LATER = "the claim was not judged: the same one may be sent again, after Retry-After"
    ONCE_MORE = "whether it was judged is not known: sent once more, that is told"
    UPLOAD = "this card's Request-Key is used up: only a new upload of the image can lead to a verdict"
    CORRECT = "the claim must be corrected by a person first; nothing was spent"
    OPERATOR = "somebody must look: the caller, the function or its service is at fault"
    NEVER = "the authority has locked the card"


# Every problem type of schemas/verification.openapi.json.
THEN = {
    "verification-in-progress": Then.LATER,
    "rate-limited": Then.LATER,
    "temporarily-unavailable": Then.LATER,
    "outcome-unknown": Then.ONCE_MORE,
    "request-key-spent": Then.UPLOAD,
    "request-key-expired": Then.UPLOAD,
    "unknown-document": Then.UPLOAD,
    "invalid-claim": Then.CORRECT,
    "claim-too-large": Then.CORRECT,
    "idempotency-key-reused": Then.OPERATOR,
    "invalid-request": Then.OPERATOR,
    "not-found": Then.OPERATOR,
    "method-not-allowed": Then.OPERATOR,
    "internal-error": Then.OPERATOR,
    "ocr-error": Then.OPERATOR,
    "card-locked": Then.NEVER,
}


class Later(Exception):
    """The claim was not judged, or the same Idempotency-Key will tell how: ask again in ``seconds``."""

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(why)
        self.seconds = seconds


class NotAllowed(Exception):
    """AWS did not let the request in: this role lacks ``VerifierPolicyArn``."""


@dataclass(frozen=True)
class Answer:
    """``authentic``, or None and the ``problem`` that stands in a verdict's place with the fields it names."""

    authentic: bool | None = None
    problem: str = ""
    fields: tuple[str, ...] = ()


class Verdicts:
    """Asks the verify function at ``url``, as the role of ``session``."""

    def __init__(self, session: boto3.Session, url: str, pause_seconds: float = 2) -> None:
        self._session, self._url, self._pause_seconds = session, url.rstrip("/"), pause_seconds
        # A repeat is never the HTTP library's decision.
        self._http = urllib3.PoolManager(timeout=ANSWER_SECONDS, retries=False)

    def ask(self, document_id: str, claim: dict[str, str]) -> Answer:
        """Return the verdict about ``claim``, or why there will be none without somebody's doing.

        Raises
        ------
        Later
            when the same claim may be sent again, in so many seconds.
        NotAllowed
            when the request is not let in.
        """
        answer = self._post(document_id, claim)
        if THEN.get(answer.problem) is Then.ONCE_MORE:
            time.sleep(self._pause_seconds)
            answer = self._post(document_id, claim)
        return answer

    def _post(self, document_id: str, claim: dict[str, str]) -> Answer:
        try:
            response = self._http.urlopen("POST", **self._signed(document_id, claim), redirect=False)
        except urllib3.exceptions.HTTPError:
            raise Later("no answer", LATER_SECONDS) from None
        body = _json(response)
        if response.status == 200 and isinstance(body.get("isAuthenticity"), bool):
            return Answer(authentic=body["isAuthenticity"])
        problem = str(body.get("type", ""))
        if problem not in THEN:
            # Not the function's words: Lambda itself was too busy, ended the function, or did not let the caller in.
            if response.status in (401, 403):
                raise NotAllowed
            raise Later(f"HTTP {response.status} without a problem that is known here", LATER_SECONDS)
        if THEN[problem] is Then.LATER:
            raise Later(problem, int(response.headers.get("Retry-After", LATER_SECONDS)))
        return Answer(problem=problem, fields=tuple(str(fault["field"]) for fault in body.get("errors", ())))

    def _signed(self, document_id: str, claim: dict[str, str]) -> dict[str, Any]:
        url, body = f"{self._url}/documents/{document_id}/authenticity", json.dumps(claim).encode()
        # The same for every repeat of this claim: a verdict whose answer was lost is then given again.
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"consumer-{document_id}"}
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NotAllowed
        # Signed anew for each request: a signature is good for five minutes.
        SigV4Auth(credentials.get_frozen_credentials(), "lambda", self._session.region_name).add_auth(request)
        return {"url": url, "body": body, "headers": dict(request.headers)}


def _json(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
