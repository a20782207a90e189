"""The OCR client with its credentials from Secrets Manager: the vendor's side and the AWS side together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sealed_ocr.aws.clients import TlsTrust
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.common.log_event import LogEvent, Recorder
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import ACCEPTED_FORMS, AccessKey, Authenticator, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import ConfigurationFault
from sealed_ocr.ocr.tokens import TokenAuth
from sealed_ocr.ocr.transport import Transport
from sealed_ocr.runtime.settings import OcrSettings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CREDENTIALS_MAX_AGE_SECONDS = 300.0


def ocr_client(
    settings: OcrSettings,
    secrets: SecretsManagerClient,
    connections: int,
    record: Recorder,
    tls: TlsTrust | None = None,
) -> OcrClient:
    """Return the client that authenticates with the secret, which it caches for at most five minutes.

    With ``tls``, it trusts the authorities that the AWS clients trust; else those of the system.
    """

    def transport(endpoint: str, connections: int) -> Transport:
        return Transport(endpoint, connections, tls and tls.context, authorities=tls.authorities if tls else None)

    def authenticator(secret: SecretKeyAuth | AccessKey) -> Authenticator:
        if isinstance(secret, SecretKeyAuth):
            return secret
        return TokenAuth(secret, transport(settings.oauth_endpoint, 1), record=record)

    return OcrClient(
        transport(settings.endpoint, connections),
        RefreshableCache(
            _Authenticators(secrets, settings.secret_arn, authenticator, record).fetch, CREDENTIALS_MAX_AGE_SECONDS
        ),
        settings.call_seconds,
        record,
    )


class _Authenticators:
    """Reads the secret. While it stays the same, so does the authenticator, and with it a token."""

    def __init__(
        self,
        secrets: SecretsManagerClient,
        secret_arn: str,
        authenticator: Callable[[SecretKeyAuth | AccessKey], Authenticator],
        record: Recorder,
    ) -> None:
        self._secrets = secrets
        self._secret_arn = secret_arn
        self._authenticator = authenticator
        self._record = record
        self._last: tuple[SecretKeyAuth | AccessKey, Authenticator] | None = None

    def fetch(self) -> Authenticator:
        """Read the secret; raise ``ConfigurationFault`` or ``AwsError``. One thread at a time calls this."""
        try:
            secret = parse_secret(read_secret(self._secrets, self._secret_arn))
        except SecretEmptyError:
            raise ConfigurationFault(f"the secret has no value yet; put {ACCEPTED_FORMS} into it") from None
        self._record(LogEvent.SECRET_READ)
        if self._last is None or self._last[0] != secret:
            self._last = (secret, self._authenticator(secret))
        return self._last[1]
