"""What the service is started with."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.readers.registry import DEFAULT_READER, READERS, ReaderKind


@dataclass(frozen=True)
class EmulatorSettings:
    """`max_image_bytes` bounds the plain image; `passport_request_keys` is the guide's behaviour for passports.

    The vendor ended the verification of passports on 2026-05-27 (facts), so it is off by default. `body_seconds` is
    how long a request's body may take to arrive, `reading_seconds` how long an image may wait and be read.
    """

    app_key: str
    secret_key: str
    reader: ReaderKind = READERS[DEFAULT_READER]
    max_image_bytes: int = 20 * 1024 * 1024
    passport_request_keys: bool = False
    body_seconds: float = 60.0
    # less than a client's own patience: what it gives up may have been billed, for all it knows
    reading_seconds: float = 30.0
    tls_cert: str | None = None
    tls_key: str | None = None
