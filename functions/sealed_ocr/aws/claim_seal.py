"""Seals claims with a KMS key. The analyze function may encrypt, the verify function may decrypt, and neither both."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.common.sealed_claim import PURPOSE

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

# KMS's limit for a ciphertext.
_MAX_CIPHERTEXT_BYTES = 6144
_NOT_OURS = frozenset({"IncorrectKeyException", "InvalidCiphertextException"})


class SealBrokenError(Exception):
    """The text is no sealed claim of this document."""


class ClaimSeal:
    """Encrypts and decrypts for one document at a time. KMS binds the ciphertext to the document. Thread-safe."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, document_id: str, claim: bytes) -> str:
        """Return the encrypted claim in base64url; raise ``AwsError`` if KMS fails or refuses."""
        with translate_errors("Encrypt"):
            answer = self._client.encrypt(KeyId=self._key_id, Plaintext=claim, EncryptionContext=_context(document_id))
            return base64.urlsafe_b64encode(answer["CiphertextBlob"]).rstrip(b"=").decode("ascii")

    def open(self, document_id: str, sealed: str) -> bytes:
        """Return the claim that ``seal`` encrypted for the same document.

        Raises
        ------
        SealBrokenError
            If the text was altered, or sealed for another document.
        AwsError
            If KMS fails or refuses.
        """
        try:
            ciphertext = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise SealBrokenError from None
        if not 0 < len(ciphertext) <= _MAX_CIPHERTEXT_BYTES:
            raise SealBrokenError
        try:
            with translate_errors("Decrypt"):
                return self._client.decrypt(
                    KeyId=self._key_id, CiphertextBlob=ciphertext, EncryptionContext=_context(document_id)
                )["Plaintext"]
        except AwsError as failure:
            if failure.code in _NOT_OURS:
                raise SealBrokenError from None
            raise


def _context(document_id: str) -> dict[str, str]:
    return {"documentId": document_id, "purpose": PURPOSE}
