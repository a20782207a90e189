"""Withholds fields from a recognised document, and seals the claim that the message does not show completely.

Loaded only if the stage withholds fields.
"""

from __future__ import annotations

from msgspec.structs import replace

from sealed_ocr.analysis.field_policy import FieldPolicy
from sealed_ocr.analysis.messages import Verification, Withheld
from sealed_ocr.aws.claim_seal import ClaimSeal
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_keys import key_expires_at, key_hash
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import LogEvent, Recorder
from sealed_ocr.common.sealed_claim import SealedClaim
from sealed_ocr.ocr.client import Analysis


class Withholder:
    """Applies the stage's field policy. Thread-safe."""

    def __init__(self, policy: FieldPolicy, seal: ClaimSeal | None, record: Recorder) -> None:
        """Without ``seal``, a claim that is not shown completely has to be completed by the person."""
        self._policy = policy
        self._seal = seal
        self._record = record

    def apply(
        self, document_id: str, kind: Kind, analysis: Analysis, verification: Verification | None
    ) -> tuple[Verification | None, Withheld | None]:
        """Remove what is withheld from the result, in place; return the verification without it, and its names.

        The result was paid for. If its claim cannot be sealed, the message goes out without the sealed claim.
        """
        visible, withheld = self._policy.apply(kind, analysis.result, verification)
        if self._seal and verification and visible and visible.withheld and analysis.request_key:
            expires_at = key_expires_at(analysis.requested_at)
            claim = SealedClaim(key_hash(analysis.request_key), expires_at, verification.request)
            try:
                visible = replace(visible, sealed_claim=self._seal.seal(document_id, claim.encode()))
            except AwsError as failure:
                self._record(LogEvent.CLAIM_NOT_SEALED, fault=str(failure))
        return visible, withheld
