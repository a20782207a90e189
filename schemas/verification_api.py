"""The OpenAPI 3.1 description of the verify function, from the tables that it answers by."""

from __future__ import annotations

from typing import Any

from sealed_ocr.verification.claim_validation import MAX_CLAIM_BYTES
from sealed_ocr.verification.problems import MEDIA_TYPE, STATUSES

from schemas.verification_bodies import DOCUMENT_ID, bodies, ref

Schema = dict[str, Any]

PATH = "/documents/{documentId}/authenticity"
WITH_RETRY_AFTER = frozenset({"verification-in-progress", "rate-limited", "temporarily-unavailable"})

RESULT_CODES = {
    "invalid-claim": "the claim has faults, all of them named in `errors`; nothing was spent",
    "invalid-request": "the request itself is wrong, for example its Idempotency-Key",
    "not-found": "there is no such path",
    "unknown-document": "no card with this documentId can be verified, or not any more",
    "method-not-allowed": "a claim is posted",
    "verification-in-progress": "another claim for this card is under way",
    "request-key-spent": "a verdict was given, or lost; the card's image has to be uploaded again",
    "request-key-expired": "the card's hour is over; its image has to be uploaded again",
    "claim-too-large": f"a claim has at most {MAX_CLAIM_BYTES} bytes",
    "idempotency-key-reused": "this Idempotency-Key came with another claim before",
    "card-locked": "the authority has locked the card; do not try again",
    "rate-limited": "the OCR service's call limit is reached; nothing was spent",
    "internal-error": "a fault of this function",
    "ocr-error": "the OCR service refused the claim; nothing was spent",
    "temporarily-unavailable": "the OCR service or AWS is out of reach; nothing was spent",
    "outcome-unknown": "the claim went out and no answer came; sent again, it is told whether that spent the key",
}


def description() -> Schema:
    """Return the whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sealed OCR: verification",
            "version": "1.0.0",
            "description": "Whether an ID card is authentic: one claim, one verdict, however many ask.",
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
            "schemas": bodies(),
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
    verdict = {"description": "The verdict.", "content": {"application/json": {"schema": ref("Verdict")}}}
    return {
        "operationId": "verifyAuthenticity",
        "summary": "Ask whether a claim holds for the card that was read as documentId.",
        "parameters": [
            {"name": "documentId", "in": "path", "required": True, "schema": DOCUMENT_ID},
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "With it, the same claim is given the same verdict again, without being sent again.",
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            },
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Claim")}}},
        "responses": {"200": verdict} | {str(status): _refusal(kinds) for status, kinds in sorted(statuses.items())},
    }


def _refusal(kinds: list[str]) -> Schema:
    response: Schema = {
        "description": "; ".join(f"`{kind}`: {RESULT_CODES[kind]}" for kind in kinds),
        "content": {
            MEDIA_TYPE: {"schema": {"allOf": [ref("Problem"), {"properties": {"type": {"enum": kinds}}}]}},
        },
    }
    if WITH_RETRY_AFTER.intersection(kinds):
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        response["headers"] = {"Retry-After": seconds}
    if "method-not-allowed" in kinds:
        response["headers"] = {"Allow": {"schema": {"const": "POST"}}}
    return response
