"""The body of a request: a claim, or a sealed claim with the fields that correct it.

Texts are brought into their canonical form. Only this form is compared, sealed and sent, so texts that Unicode calls
equal are one claim.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sealed_ocr.common.claim_text import canonical
from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.sealed_claim import SEALED_CLAIM_PATTERN
from sealed_ocr.common.sizes import readable_size
from sealed_ocr.verification.claim_validation import fault, invalid_claim, validated
from sealed_ocr.verification.problems import Problem

MAX_CLAIM_BYTES = 16 * 1024
_SEALED = "sealedClaim"
_SEALED_TEXT = re.compile(SEALED_CLAIM_PATTERN)


class ClaimRequest(Redacted, frozen=True):
    """What a caller wants to be judged.

    Attributes
    ----------
    fields
        The claim, validated. Beside a sealed claim: the fields that correct it, not validated yet.
    sealed
        The sealed claim, or "".
    """

    fields: dict[str, Any]
    sealed: str = ""


def read_request(body: bytes) -> ClaimRequest:
    """Return the request in ``body`` (JSON).

    Raises
    ------
    Problem
        ``claim-too-large``, or ``invalid-claim`` with every fault.
    """
    if len(body) > MAX_CLAIM_BYTES:
        raise Problem("claim-too-large", f"a claim has at most {readable_size(MAX_CLAIM_BYTES)}")
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise invalid_claim([], "the body is not JSON") from None
    if not isinstance(given, dict):
        raise invalid_claim([], "the body is not a JSON object")
    claim = {name: canonical(value) if isinstance(value, str) else value for name, value in given.items()}
    if _SEALED not in claim:
        return ClaimRequest(validated(claim))
    sealed = claim.pop(_SEALED)
    if not isinstance(sealed, str) or not _SEALED_TEXT.fullmatch(sealed):
        raise sealed_claim_refused("must be the text of the message's verification.sealedClaim, unchanged")
    return ClaimRequest(claim, sealed)


def sealed_claim_refused(reason: str) -> Problem:
    """Return the problem of a sealed claim. ``reason`` continues its name."""
    return invalid_claim([fault(_SEALED, reason)])
