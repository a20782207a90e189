"""The errors of a call to the OCR service, by what the pipeline may do about them.

::

    OcrError
    ├── Rejected             this image will never work; never retried
    │   └── EngineFailed     the same, after one more attempt
    ├── StaleKey             the public key was rotated; the request is sealed again once, at once
    ├── StaleCredentials     the secret was rotated; it is loaded again once, at once
    ├── StaleToken           the token has ended (API v2.1); a new one is requested once, at once
    ├── ConfigurationFault   an operator must act; the document waits
    ├── Transient            proven unbilled; retried later through the queue
    │   ├── LimitExceeded    the same after a longer wait, counted apart: it may be the vendor's quota
    │   ├── CircuitOpen      a circuit breaker waits for the service or the results queue: nothing was sent
    │   ├── HeldBack         the pipeline's own ceiling on calls is reached: nothing was sent
    │   └── ContractFault    the same, but one side broke the protocol: logged as an error, counted apart
    ├── OutcomeUnknown       the request was sent and no response can be trusted: it may have been billed
    └── VerificationRefused  final for the document of the Request-Key; the pipeline never retries it
        ├── RequestKeyInvalid
        └── CardLocked

The texts are our own sentences. They never contain a URL, a header or a part of the response: the URL contains the
appKey, and the response may contain recognised values.
"""

from __future__ import annotations


class OcrError(Exception):
    """Any failure of a call. ``code`` is the result code, if the service gave one."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        """``reason`` is a sentence without personal or secret data."""
        super().__init__(reason if code is None else f"{reason} (result code {code})")
        self.reason = reason
        self.code = code


class Rejected(OcrError):
    """The image will never work."""


class EngineFailed(Rejected):
    """The engine failed on the image, which is not the same as finding nothing in it."""


class StaleKey(OcrError):
    """The service no longer accepts the public key that the request was sealed with."""


class StaleCredentials(OcrError):
    """The service does not accept these credentials."""


class StaleToken(OcrError):
    """The service no longer accepts the token."""


class ConfigurationFault(OcrError):
    """Nothing will work until an operator acts."""


class Transient(OcrError):
    """A failure that may pass. It is proven that nothing was billed."""


class LimitExceeded(Transient):
    """A limit of the service is reached. It may be the fixed quota, which waiting does not raise."""


class CircuitOpen(Transient):
    """A circuit breaker holds the call back. Nothing was sent."""


class HeldBack(Transient):
    """Our own ceiling on calls is reached. There may be a call again after ``wait_seconds``."""

    def __init__(self, reason: str, wait_seconds: int) -> None:
        """``reason`` is a sentence without personal or secret data."""
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class ContractFault(Transient):
    """One side broke the protocol. The failure may pass, but a developer should look."""


class OutcomeUnknown(OcrError):
    """The whole request was sent, and its outcome is not known."""


class VerificationRefused(OcrError):
    """The service does not judge this claim."""


class RequestKeyInvalid(VerificationRefused):
    """The Request-Key is spent, expired or not of this service (4000122)."""


class CardLocked(VerificationRefused):
    """The authority has locked the card after five wrong issue dates (4000123)."""
