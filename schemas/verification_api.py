"""The OpenAPI 3.1 description of the verify function, from the function's own tables."""

from __future__ import annotations

from typing import Any

from sealed_ocr.aws.false_claims import MAX_FALSE_CLAIMS
from sealed_ocr.common.sizes import readable_size
from sealed_ocr.verification.claim_request import MAX_CLAIM_BYTES
from sealed_ocr.verification.problems import MEDIA_TYPE, STATUSES

from schemas.verification_bodies import DOCUMENT_ID, component_schemas, ref

Schema = dict[str, Any]

PATH = "/documents/{documentId}/authenticity"
WITH_RETRY_AFTER = frozenset({"verification-in-progress", "rate-limited", "temporarily-unavailable"})
# The lock guard has counted the claim, or has refused it.
WITH_ATTEMPTS_LEFT = frozenset(
    {
        "verification-in-progress",
        "request-key-spent",
        "lock-guard",
        "request-key-expired",
        "card-locked",
        "rate-limited",
        "ocr-error",
        "temporarily-unavailable",
        "outcome-unknown",
    }
)
_ATTEMPTS_LEFT: dict[str, Any] = {
    "Attempts-Left": {
        "description": "How many more claims about this person are let through if none of them is true. Claims that "
        "others send are not known. Left out without a lock guard, and if the guard was not asked.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MAX_FALSE_CLAIMS},
    }
}

_DESCRIPTIONS = {
    "invalid-claim": "the claim, or the sealed claim, has errors, which are listed in `errors`; nothing was spent",
    "invalid-request": "the request itself is wrong, for example its Idempotency-Key",
    "not-found": "the path does not exist",
    "unknown-document": "no card with this documentId can be verified, or it no longer can",
    "method-not-allowed": "only POST is allowed",
    "verification-in-progress": "another claim for this card is being verified",
    "request-key-spent": "a verdict was given, or lost; upload the card's image again",
    "lock-guard": "three claims about this person were false or their ends are not known; nothing was sent or spent",
    "request-key-expired": "the hour for the card is over; upload its image again",
    "claim-too-large": f"a claim has at most {readable_size(MAX_CLAIM_BYTES)}",
    "idempotency-key-reused": "this Idempotency-Key was sent with another claim before",
    "card-locked": "the authority has locked the card; do not try again",
    "rate-limited": "the OCR service's call limit is reached; nothing was spent",
    "internal-error": "an error in this function",
    "ocr-error": "the OCR service refused the claim; nothing was spent",
    "temporarily-unavailable": "the OCR service or AWS is unavailable; nothing was spent",
    "outcome-unknown": "the claim was sent and no answer arrived; send it again to learn whether the key is spent",
}


def openapi_document() -> Schema:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sealed OCR: verification",
            "version": "1.0.0",
            "description": "Verifies whether an ID card is authentic. A card's Request-Key yields at most one verdict.",
        },
        "servers": [
            {
                "url": "https://{function}.lambda-url.{region}.on.aws",
                "variables": {"function": {"default": "function"}, "region": {"default": "ap-northeast-2"}},
            }
        ],
        "security": [{"sigv4": []}],
        "paths": {PATH: {"post": _operation()}},
        "components": {
            "securitySchemes": {"sigv4": _sigv4()},
            "schemas": component_schemas(),
        },
    }


def _sigv4() -> Schema:
    return {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4 for the service `lambda`.",
    }


def _operation() -> Schema:
    statuses: dict[int, list[str]] = {}
    for kind, status in STATUSES.items():
        statuses.setdefault(status, []).append(kind)
    verdict = {
        "description": "The verdict.",
        "headers": _ATTEMPTS_LEFT,
        "content": {"application/json": {"schema": ref("Verdict")}},
    }
    return {
        "operationId": "verifyAuthenticity",
        "summary": "Verify a claim about the card with this documentId.",
        "parameters": [
            {"name": "documentId", "in": "path", "required": True, "schema": DOCUMENT_ID},
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "With this header, a repeated claim returns the same verdict and is not sent again.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [ref("Claim"), ref("SealedClaim")]}}},
        },
        "responses": {"200": verdict}
        | {str(status): _problem_response(kinds) for status, kinds in sorted(statuses.items())},
    }


def _problem_response(kinds: list[str]) -> Schema:
    response: Schema = {
        "description": "; ".join(f"`{kind}`: {_DESCRIPTIONS[kind]}" for kind in kinds),
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "allOf": [
                        ref("Problem"),
                        {"type": "object", "properties": {"type": {"type": "string", "enum": kinds}}},
                    ]
                }
            },
        },
    }
    headers: Schema = {}
    if WITH_RETRY_AFTER.intersection(kinds):
        headers["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
    if WITH_ATTEMPTS_LEFT.intersection(kinds):
        headers |= _ATTEMPTS_LEFT
    if "method-not-allowed" in kinds:
        headers["Allow"] = {"schema": {"type": "string", "const": "POST"}}
    return response | ({"headers": headers} if headers else {})
