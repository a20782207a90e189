"""The OCR client with its credentials from Secrets Manager: the vendor's side and the AWS side together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sealed_ocr.aws.clients import TlsTrust
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import ConfigurationFault
from sealed_ocr.ocr.transport import Transport
from sealed_ocr.runtime.settings import OcrSettings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CREDENTIALS_MAX_AGE_SECONDS = 300.0


def ocr_client(
    settings: OcrSettings,
    secrets: SecretsManagerClient,
    connections: int,
    count: Callable[[Metric], None],
    tls: TlsTrust | None = None,
) -> OcrClient:
    """Return the client that authenticates with the secret, which it caches for at most five minutes.

    With ``tls``, it trusts the authorities that the AWS clients trust; else those of the system.
    """

    def fetch() -> Credentials:
        try:
            return Credentials.from_secret(read_secret(secrets, settings.secret_arn))
        except SecretEmptyError:
            raise ConfigurationFault(
                'the secret has no value yet; put {"appKey": "…", "secretKey": "…"} into it'
            ) from None

    return OcrClient(
        Transport(settings.endpoint, connections, tls and tls.context, authorities=tls.authorities if tls else None),
        RefreshableCache(fetch, CREDENTIALS_MAX_AGE_SECONDS),
        settings.call_seconds,
        count,
    )
