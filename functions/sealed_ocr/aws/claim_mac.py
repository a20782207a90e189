"""The KMS HMAC of a claim, by which claims are compared without being stored. Its key never leaves KMS."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient


def claim_mac(client: KMSClient, key_id: str, claim: bytes) -> str:
    """Return the HMAC-SHA-256 of ``claim`` in Base64. The few digits of a claim could be guessed from a plain hash.

    Raises ``AwsError`` if KMS fails or refuses.
    """
    with translate_errors("GenerateMac"):
        return base64.b64encode(
            client.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=claim)["Mac"]
        ).decode("ascii")
