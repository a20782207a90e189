"""The five calls of the OCR API v2.0, each sealed in an envelope of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.redaction import Quiet
from sealed_ocr.common.refreshable_cache import Renewed
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.envelope import Envelope, EnvelopeError
from sealed_ocr.ocr.errors import OutcomeUnknown
from sealed_ocr.ocr.keyring import Keyring
from sealed_ocr.ocr.models import VerdictResult, open_result
from sealed_ocr.ocr.multipart import Image, sealed_form
from sealed_ocr.ocr.public_keys import PublicKey
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.transport import Transport

# Fields of a claim that the guide marks with an O in "Whether encrypted or not".
SEALED_CLAIM_FIELDS = frozenset(
    {"name", "residentNumber", "issueDate", "driverLicenseNumber", "serialNum", "passportNumber", "birthDate"}
)


class Analysis(Quiet, frozen=True):
    """The service's ``result``, decrypted, and the Request-Key where the card can be verified."""

    result: dict[str, Any]
    request_key: str | None
    requested_at: float


class OcrClient:
    """Calls the service. Thread-safe; one for the life of the process.

    Every call takes a ``deadline`` (of ``time.monotonic``) for the whole of it, and gives a single request at most
    ``call_seconds``. A refused key or refused credentials are renewed and the request sealed again, once, if a whole
    request still fits before the deadline. Nothing else is repeated.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: Renewed[Credentials],
        call_seconds: float,
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``count`` is told of ``PublicKeyFetched`` and ``WeakPublicKey``."""
        self._transport = transport
        self._keyring = Keyring(transport, credentials, call_seconds, count)

    def analyze(self, kind: Kind, image: Image, deadline: float, *, sign_of_life: bool = False) -> Analysis:
        """Have ``image`` read as ``kind`` ("Credit Card Analysis API", "ID Card Analysis API", "… (Stand alone)").

        With ``sign_of_life`` nothing that may be billed goes out before the service has just answered the request for
        its public key, which is free.

        Raises
        ------
        Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            see ``errors``; none of them is retried here.
        """

        def request(credentials: Credentials, key: PublicKey, until: float) -> Analysis:
            envelope = Envelope()
            requested_at = time.time()
            answer = self._transport.exchange(
                "POST",
                credentials.path(kind),
                _sealed_headers(credentials, key, envelope),
                until,
                sealed_form(image, envelope),
            )
            result = responses.result(answer)
            try:
                open_result(kind, result, envelope)
            except (EnvelopeError, msgspec.ValidationError):
                raise OutcomeUnknown("the answer's values could not be opened") from None
            return Analysis(result, answer.headers.get("Request-Key") or None, requested_at)

        return self._keyring.use(kind.key_service, deadline, request, sign_of_life=sign_of_life)

    def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
        """Ask whether ``claim`` holds for the card that ``request_key`` was issued for ("Verify Authenticity API").

        Raises
        ------
        RequestKeyInvalid, CardLocked, Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            see ``errors``; none of them is retried here.
        """

        def request(credentials: Credentials, key: PublicKey, until: float) -> bool:
            envelope = Envelope()
            sealed = {
                name: envelope.seal_text(value) if name in SEALED_CLAIM_FIELDS else value
                for name, value in claim.items()
            }
            content = msgspec.json.encode(sealed)
            answer = self._transport.exchange(
                "POST",
                credentials.path("id-card/authenticity"),
                _sealed_headers(credentials, key, envelope) | {"Request-Key": request_key},
                until,
                Body("application/json", len(content), [content]),
            )
            result = responses.result(answer)
            try:
                return msgspec.convert(result, VerdictResult).is_authenticity
            except msgspec.ValidationError:
                raise OutcomeUnknown("the answer holds no verdict") from None

        return self._keyring.use("id-card", deadline, request)


def _sealed_headers(credentials: Credentials, key: PublicKey, envelope: Envelope) -> dict[str, str]:
    return credentials.headers() | {"X-Key-Version": key.version, "Symmetric-Key": envelope.sealed_key(key.key)}
