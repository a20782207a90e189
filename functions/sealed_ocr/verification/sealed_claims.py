"""The claim of a request that has a sealed claim in place of the fields. Loaded with the first such request."""

from __future__ import annotations

import msgspec

from sealed_ocr.aws.claim_seal import ClaimSeal, SealBrokenError
from sealed_ocr.aws.stored_request_key import StoredRequestKey
from sealed_ocr.common.sealed_claim import SealedClaim
from sealed_ocr.verification.claim_request import ClaimRequest, sealed_claim_refused
from sealed_ocr.verification.claim_validation import validated, wrong_id_type


def complete_claim(
    seal: ClaimSeal | None, document_id: str, request: ClaimRequest, stored: StoredRequestKey
) -> dict[str, str]:
    """Return the claim: the sealed fields, and over them those of the request.

    Raises
    ------
    Problem
        ``invalid-claim`` if the sealed claim is not of this card's Request-Key, or a field is wrong.
    AwsError
        If KMS fails or refuses.
    """
    if seal is None:
        raise sealed_claim_refused("cannot be used: this stage withholds no field of a claim")
    try:
        sealed = SealedClaim.decode(seal.open(document_id, request.sealed))
    except (SealBrokenError, msgspec.DecodeError):
        raise sealed_claim_refused("was made for another document, or was altered") from None
    if (sealed.key_hash, sealed.expires_at) != (stored.key_hash, stored.expires_at):
        raise sealed_claim_refused("is too old: the card was read again since; take the one of its newest message")
    if request.fields.get("idType", stored.id_type) != stored.id_type:
        raise wrong_id_type(stored.id_type)
    return validated(sealed.claim | request.fields)
