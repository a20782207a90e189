"""The OCR service as the functions use it: the vendor's side and the AWS side together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from sealed_ocr.aws.clients import Clients, TlsTrust
from sealed_ocr.aws.images import S3Image
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.aws.table import Table
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import LogEvent, Recorder
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.common.settings import SettingsError
from sealed_ocr.ocr.auth import ACCEPTED_FORMS, AccessKey, Authenticator, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.client import Analysis, OcrClient
from sealed_ocr.ocr.errors import ConfigurationFault
from sealed_ocr.ocr.tokens import TokenAuth
from sealed_ocr.ocr.transport import Transport
from sealed_ocr.runtime.settings import OcrSettings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

CREDENTIALS_MAX_AGE_SECONDS = 300.0


class OcrService(Protocol):
    """The OCR service's calls, as ``OcrClient`` makes them."""

    def analyze(
        self, kind: Kind, image: S3Image, deadline: float, *, require_fresh_public_key: bool = False
    ) -> Analysis:
        """Have ``image`` read as ``kind``."""
        ...

    def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
        """Ask whether ``claim`` is true of the card that ``request_key`` was issued for."""
        ...


def ocr_service(
    settings: OcrSettings, clients: Clients, connections: int, record: Recorder, counts: Table
) -> OcrService:
    """Return the client of the OCR service. In a simulated stage, return the simulator, which counts in ``counts``.

    Raises
    ------
    SettingsError
        If the stage is simulated and the package lacks the simulator.
    """
    if settings.simulate:
        return _simulator(settings, record, counts)
    return ocr_client(settings, clients.secretsmanager, connections, record, clients.tls)


def _simulator(settings: OcrSettings, record: Recorder, counts: Table) -> OcrService:
    # Only the package of a simulated stage has these modules.
    try:
        from sealed_ocr.simulation.calls import SimulatedCalls
        from sealed_ocr.simulation.service import SimulatedOcr
    except ModuleNotFoundError:
        raise SettingsError(
            "SIMULATE is set, and the package has no simulator; deploy the stage with the setting simulate"
        ) from None
    return SimulatedOcr(SimulatedCalls(counts), settings.call_seconds, record)


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
