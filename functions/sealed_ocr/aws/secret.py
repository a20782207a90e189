"""The secret with the OCR service's credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, clean

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class SecretEmptyError(Exception):
    """The secret exists and has no value yet: an operator has to fill it in."""


def read_secret(client: SecretsManagerClient, arn: str) -> str:
    """Return the secret's current text.

    Raises
    ------
    SecretEmptyError
        when it has none.
    AwsError
        when Secrets Manager fails or refuses.
    """
    try:
        with clean("GetSecretValue"):
            text = client.get_secret_value(SecretId=arn).get("SecretString", "")
    except AwsError as failure:
        if failure.code == "ResourceNotFoundException":
            raise SecretEmptyError from None
        raise
    if not text.strip():
        raise SecretEmptyError
    return text
