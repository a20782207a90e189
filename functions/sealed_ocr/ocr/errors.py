"""What can go wrong with a call to the OCR service, sorted by what the pipeline may do about it.

::

    OcrError
    ├── Rejected             this image will never work; never retried
    ├── StaleKey             the public key was renewed meanwhile; sealed again once, at once
    ├── StaleCredentials     the secret was rotated meanwhile; reloaded once, at once
    ├── ConfigurationFault   an operator must act; the document waits
    ├── Transient            proven unbilled; backed off and retried through the queue
    │   └── ContractFault    the same, but somebody broke the protocol: logged as an error, counted apart
    ├── OutcomeUnknown       the request went out and no answer can be trusted: it may have been billed
    └── VerificationRefused  final for the Request-Key's document; never retried by us
        ├── RequestKeyInvalid
        └── CardLocked

The texts are sentences of our own. They never hold an address, a header or a word of the answer: the address carries
the appKey, and the answer may carry what was read.
"""

from __future__ import annotations


class OcrError(Exception):
    """Any failure of a call. ``code`` is the service's result code where it gave one."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        """Keep ``reason`` (a clean sentence) and ``code``."""
        super().__init__(reason if code is None else f"{reason} (result code {code})")
        self.reason = reason
        self.code = code


class Rejected(OcrError):
    """This image will never work."""


class StaleKey(OcrError):
    """The request was sealed with a key that the service no longer takes."""


class StaleCredentials(OcrError):
    """The service does not take this appKey and secretKey."""


class ConfigurationFault(OcrError):
    """Nothing will work until an operator acts."""


class Transient(OcrError):
    """A failure that is proven unbilled and may pass."""


class ContractFault(Transient):
    """One side does not keep the protocol; it may pass, but somebody should look."""


class OutcomeUnknown(OcrError):
    """The whole request went out, and what became of it is not known."""


class VerificationRefused(OcrError):
    """The service will not judge this claim."""


class RequestKeyInvalid(VerificationRefused):
    """The Request-Key is spent, expired or not of this service (4000122)."""


class CardLocked(VerificationRefused):
    """The authority has locked the card after five wrong issue dates (4000123)."""
