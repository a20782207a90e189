"""The settings with which the service starts."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.readers.registry import DEFAULT_READER, READERS, ReaderKind


@dataclass(frozen=True)
class EmulatorSettings:
    """The settings of the service.

    Parameters
    ----------
    reader
        The reader that recognises the documents.
    max_image_bytes
        The limit for the plain image.
    user_access_key_id, secret_access_key
        The access key that is exchanged for the tokens of API v2.1. Empty values accept nothing.
    gateway
        Whether the vendor's API Gateway stands before the service, as it does on the guide's host: what it refuses
        gets a real HTTP status.
    gateway_max_bytes
        The gateway's limit for a request's body.
    passport_request_keys
        Whether passports get a Request-Key, as in the guide. The vendor ended the verification of passports on
        2026-05-27 (facts), so the default is no.
    body_seconds
        The time limit for the arrival of a request's body.
    reading_seconds
        The time limit for an image to be read, queueing included.
    tls_cert, tls_key
        PEM files. With `tls_cert`, the service uses HTTPS.
    """

    app_key: str
    secret_key: str
    user_access_key_id: str = ""
    secret_access_key: str = ""
    reader: ReaderKind = READERS[DEFAULT_READER]
    max_image_bytes: int = 20 * 1024 * 1024
    gateway: bool = False
    gateway_max_bytes: int = 10 * 1024 * 1024
    passport_request_keys: bool = False
    body_seconds: float = 60.0
    # Less than a client's timeout: after a timeout, a client must assume that the analysis was billed.
    reading_seconds: float = 30.0
    tls_cert: str | None = None
    tls_key: str | None = None
