"""A sealed claim: the complete claim of a message that withholds some of its fields, for the verify function alone.

The bytes are encrypted before they leave the function (``sealed_ocr.aws.claim_seal``).
"""

from __future__ import annotations

import msgspec

from sealed_ocr.common.redaction import Redacted

# Part of the encryption context. The functions' permissions allow no other (infra/claim_sealing.py).
PURPOSE = "sealed-ocr-claim"
# KMS's largest ciphertext has 6,144 bytes, in base64url.
SEALED_CLAIM_PATTERN = "^[A-Za-z0-9_-]{1,8192}$"


class SealedClaim(Redacted, frozen=True, array_like=True):
    """A claim, bound to the one Request-Key that it was made for.

    Attributes
    ----------
    key_hash
        The SHA-256 of the Request-Key. Another analysis of the same document has another key.
    expires_at
        When the Request-Key expires for us, in epoch seconds.
    claim
        ``idType`` and the fields, those withheld included.
    """

    key_hash: str
    expires_at: int
    claim: dict[str, str]

    def encode(self) -> bytes:
        """Return the bytes to encrypt. KMS takes 4,096; a claim with the longest name has a quarter of it."""
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> SealedClaim:
        """Return the claim of ``encode``'s bytes; raise ``msgspec.DecodeError`` if they are others."""
        return msgspec.json.decode(data, type=cls)
