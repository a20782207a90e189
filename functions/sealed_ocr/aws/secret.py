"""The secret with the credentials of the OCR service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, translate_errors

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class SecretEmptyError(Exception):
    """The secret has no value yet. An operator must put one in."""


def read_secret(client: SecretsManagerClient, arn: str) -> str | bytes:
    """Return the current value of the secret: its text, or its bytes if it was stored as binary.

    Raises
    ------
    SecretEmptyError
        If it has none.
    AwsError
        If Secrets Manager fails or refuses.
    """
    try:
        with translate_errors("GetSecretValue"):
            stored = client.get_secret_value(SecretId=arn)
            value = stored.get("SecretString") or stored.get("SecretBinary") or b""
            empty = not value.strip()
    except AwsError as failure:
        if failure.code == "ResourceNotFoundException":
            raise SecretEmptyError from None
        raise
    if empty:
        raise SecretEmptyError
    return value
