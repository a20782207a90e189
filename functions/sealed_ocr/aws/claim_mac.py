"""Telling claims apart without keeping them: a KMS HMAC, whose key never leaves KMS."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import clean

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient


def claim_mac(client: KMSClient, key_id: str, claim: bytes) -> str:
    """Return the HMAC-SHA-256 of ``claim`` in Base64. A plain hash of so few digits could be guessed.

    Raises
    ------
    AwsError
        when KMS fails or refuses.
    """
    with clean("GenerateMac"):
        return base64.b64encode(
            client.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=claim)["Mac"]
        ).decode("ascii")
