"""The calls of the OCR API v2.0, each sealed in an envelope of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.envelope import Envelope, EnvelopeError
from sealed_ocr.ocr.errors import OutcomeUnknown
from sealed_ocr.ocr.keyring import Keyring
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.models import VerdictResult
from sealed_ocr.ocr.multipart import Image, sealed_form
from sealed_ocr.ocr.public_keys import PublicKey
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.transport import Transport

# Fields of a claim that the guide marks with an O in "Whether encrypted or not".
SEALED_CLAIM_FIELDS = frozenset(
    {"name", "residentNumber", "issueDate", "driverLicenseNumber", "serialNum", "passportNumber", "birthDate"}
)


class Analysis(Redacted, frozen=True):
    """The decrypted ``result``, and the Request-Key if the card can be verified.

    ``requested_at`` is in epoch seconds.
    """

    result: dict[str, Any]
    request_key: str | None
    requested_at: float


class OcrClient:
    """Calls the service. Thread-safe; one for the life of the process.

    Every call takes a ``deadline`` (of ``time.monotonic``) for the whole call, and gives a single request at most
    ``call_seconds``. If the service refuses the public key or the credentials, the client refreshes them and seals the
    request again, once, provided that a whole request still fits before the deadline. It repeats nothing else.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: RefreshableCache[Credentials],
        call_seconds: float,
        count: Callable[[Metric], None] = lambda _: None,
    ) -> None:
        """``count`` receives ``Metric.PUBLIC_KEY_FETCHED`` and ``Metric.WEAK_PUBLIC_KEY``."""
        self._transport = transport
        self._keyring = Keyring(transport, credentials, call_seconds, count)

    def analyze(self, kind: Kind, image: Image, deadline: float, *, require_fresh_public_key: bool = False) -> Analysis:
        """Have ``image`` read as ``kind`` ("Credit Card Analysis API", "ID Card Analysis API", "… (Stand alone)").

        With ``require_fresh_public_key`` the image is sent only after the service has responded to the request for its
        public key, which is free.

        Raises
        ------
        Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            See ``errors``; none of them is retried here.
        """
        spec = KIND_SPECS[kind]

        def request(credentials: Credentials, key: PublicKey, until: float) -> Analysis:
            envelope = Envelope()
            requested_at = time.time()
            response = self._transport.exchange(
                "POST",
                credentials.path(kind),
                _sealed_headers(credentials, key, envelope),
                until,
                sealed_form(image, envelope),
            )
            result = responses.result(response)
            try:
                spec.open_result(result, envelope)
            except (EnvelopeError, msgspec.ValidationError):
                raise OutcomeUnknown("the values of the response could not be decrypted") from None
            return Analysis(result, response.headers.get("Request-Key") or None, requested_at)

        return self._keyring.use(spec.key_service, deadline, request, require_fresh_public_key=require_fresh_public_key)

    def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
        """Ask whether ``claim`` is true of the card that ``request_key`` was issued for ("Verify Authenticity API").

        Raises
        ------
        RequestKeyInvalid, CardLocked, Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            See ``errors``; none of them is retried here.
        """

        def request(credentials: Credentials, key: PublicKey, until: float) -> bool:
            envelope = Envelope()
            sealed = {
                name: envelope.seal_text(value) if name in SEALED_CLAIM_FIELDS else value
                for name, value in claim.items()
            }
            content = msgspec.json.encode(sealed)
            response = self._transport.exchange(
                "POST",
                credentials.path("id-card/authenticity"),
                _sealed_headers(credentials, key, envelope) | {"Request-Key": request_key},
                until,
                Body("application/json", len(content), [content]),
            )
            result = responses.result(response)
            try:
                return msgspec.convert(result, VerdictResult).is_authenticity
            except msgspec.ValidationError:
                raise OutcomeUnknown("the response holds no verdict") from None

        return self._keyring.use("id-card", deadline, request)


def _sealed_headers(credentials: Credentials, key: PublicKey, envelope: Envelope) -> dict[str, str]:
    return credentials.headers() | {"X-Key-Version": key.version, "Symmetric-Key": envelope.sealed_key(key.key)}
