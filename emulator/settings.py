"""What the service is started with."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.readers.registry import READERS, ReaderKind


@dataclass(frozen=True)
class Settings:
    """`max_image_bytes` bounds the plain image; `passport_request_keys` is the guide's behaviour for passports.

    The vendor ended the verification of passports on 2026-05-27 (facts), so it is off by default. `body_seconds` is
    how long a request's body may take to arrive.
    """

    app_key: str
    secret_key: str
    reader: ReaderKind = READERS["specimen"]
    max_image_bytes: int = 20 * 1024 * 1024
    passport_request_keys: bool = False
    body_seconds: float = 60.0
    tls_cert: str | None = None
    tls_key: str | None = None
