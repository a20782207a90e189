"""The calls of the OCR API v2.0 and v2.1, each sealed in an envelope of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import LogEvent, Recorder, record_nothing
from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import Authenticator, Authorization
from sealed_ocr.ocr.envelope import Envelope, EnvelopeError
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown, RequestKeyInvalid
from sealed_ocr.ocr.keyring import Keyring
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.models import VerdictResult
from sealed_ocr.ocr.multipart import Image, sealed_form
from sealed_ocr.ocr.public_keys import PublicKey
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.result_codes import SUCCESS
from sealed_ocr.ocr.transport import Response, Transport

AUTHENTICITY = "id-card/authenticity"
# Fields of a claim that the guide marks with an O in "Whether encrypted or not".
SEALED_CLAIM_FIELDS = frozenset(
    {"name", "residentNumber", "issueDate", "driverLicenseNumber", "serialNum", "passportNumber", "birthDate"}
)


class Analysis(Redacted, frozen=True):
    """The decrypted ``result``, and the Request-Key if the card can be verified.

    ``request_key`` begins with the version of the API that issued it, and a blank. ``requested_at`` is in epoch
    seconds.
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
        authenticators: RefreshableCache[Authenticator],
        call_seconds: float,
        record: Recorder = record_nothing,
    ) -> None:
        """``record`` receives the end of each call, and what happens to keys and credentials."""
        self._transport = transport
        self._record = record
        self._keyring = Keyring(transport, authenticators, call_seconds, record)

    def analyze(
        self,
        kind: Kind,
        image: Image,
        deadline: float,
        *,
        require_fresh_public_key: bool = False,
    ) -> Analysis:
        """Have ``image`` read as ``kind`` ("Credit Card Analysis API", "ID Card Analysis API", "… (Stand alone)").

        With ``require_fresh_public_key`` the image is sent only after the service has responded to the request for its
        public key, which is free.

        Raises
        ------
        Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            See ``errors``; none of them is retried here.
        """
        spec = KIND_SPECS[kind]

        def request(authorization: Authorization, key: PublicKey, until: float) -> Analysis:
            envelope = Envelope()
            headers, body = _sealed_headers(authorization, key, envelope), sealed_form(image, envelope)
            requested_at = time.time()
            response, result = self._call(kind, authorization, headers, until, body)
            try:
                spec.open_result(result, envelope)
            except (EnvelopeError, msgspec.ValidationError):
                raise OutcomeUnknown("the values of the response could not be decrypted") from None
            request_key = response.headers.get("Request-Key")
            return Analysis(result, f"{authorization.version} {request_key}" if request_key else None, requested_at)

        return self._keyring.use(spec.key_service, deadline, request, require_fresh_public_key=require_fresh_public_key)

    def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
        """Ask whether ``claim`` is true of the card that ``request_key`` was issued for ("Verify Authenticity API").

        ``request_key`` is the one of the ``Analysis``.

        Raises
        ------
        RequestKeyInvalid, CardLocked, Rejected, ConfigurationFault, Transient, ContractFault, OutcomeUnknown
            See ``errors``; none of them is retried here.
        """
        version, _, issued = request_key.rpartition(" ")
        # Releases before 0.3.0 stored it without a version.
        version = version or "v2.0"

        def request(authorization: Authorization, key: PublicKey, until: float) -> bool:
            if authorization.version != version:
                # Whether one version of the API knows the Request-Keys of the other is not said.
                raise RequestKeyInvalid("the Request-Key was issued by the other version of the API")
            envelope = Envelope()
            sealed = {
                name: envelope.seal_text(value) if name in SEALED_CLAIM_FIELDS else value
                for name, value in claim.items()
            }
            content = msgspec.json.encode(sealed)
            headers = _sealed_headers(authorization, key, envelope) | {"Request-Key": issued}
            body = Body("application/json", len(content), [content])
            _, result = self._call(AUTHENTICITY, authorization, headers, until, body)
            try:
                return msgspec.convert(result, VerdictResult).is_authenticity
            except msgspec.ValidationError:
                raise OutcomeUnknown("the response holds no verdict") from None

        return self._keyring.use("id-card", deadline, request)

    def _call(
        self, operation: str, authorization: Authorization, headers: Mapping[str, str], until: float, body: Body
    ) -> tuple[Response, dict[str, Any]]:
        """Make one request, and record its end if it reached the service: it answered, or the whole request was sent.

        Returns
        -------
        tuple
            The response and its ``result``.
        """
        started = time.monotonic()

        def record_end(event: LogEvent, code: int | None = None) -> None:
            milliseconds = round((time.monotonic() - started) * 1000)
            self._record(event, operation=operation, milliseconds=milliseconds, resultCode=code)

        try:
            response = self._transport.exchange("POST", authorization.path(operation), headers, until, body)
        except OutcomeUnknown:
            record_end(LogEvent.OCR_UNANSWERED)
            raise
        try:
            result = responses.result(response)
        except OcrError as failure:
            record_end(LogEvent.OCR_UNANSWERED if failure.code is None else LogEvent.OCR_ANSWERED, failure.code)
            raise
        record_end(LogEvent.OCR_ANSWERED, SUCCESS)
        return response, result


def _sealed_headers(authorization: Authorization, key: PublicKey, envelope: Envelope) -> dict[str, str]:
    return authorization.headers | {"X-Key-Version": key.version, "Symmetric-Key": envelope.sealed_key(key.key)}
