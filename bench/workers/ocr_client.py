"""A worker that uploads and seals with the functions' OCR client.

Run it as ``python -m bench.workers.ocr_client OCR-URL AUTHORITIES.pem``.
"""

from __future__ import annotations

import ssl
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from sealed_ocr.aws.images import CHUNK_BYTES
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import SecretKeyAuth
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.transport import Transport

from bench.measurement.worker import serve_jobs

_SECONDS = 60


@dataclass(frozen=True)
class _Image:
    """An image in memory, in chunks as S3 delivers them."""

    size: int
    pieces: list[bytes]
    file_name: str = "image.png"
    chunk_bytes: int = CHUNK_BYTES

    def chunks(self) -> list[bytes]:
        return self.pieces


def main() -> None:
    """Serve ``upload BYTES COUNT`` and ``seal BYTES COUNT``."""
    url, authorities = sys.argv[1:]
    transport = Transport(url, 1, ssl.create_default_context(cafile=authorities))
    client = OcrClient(transport, RefreshableCache(lambda: SecretKeyAuth("bench", "bench"), 3600.0), _SECONDS)

    def upload(size: int) -> Callable[[], object]:
        image = _Image(size, _pieces(size))
        return lambda: client.analyze(Kind.CREDIT_CARD, image, time.monotonic() + 2 * _SECONDS)

    serve_jobs({"upload": upload, "seal": _seal})


def _seal(size: int) -> Callable[[], object]:
    pieces = _pieces(size)

    def seal() -> None:
        for _ in Envelope().seal_stream(pieces, CHUNK_BYTES):
            pass

    return seal


def _pieces(size: int) -> list[bytes]:
    return [b"i" * min(CHUNK_BYTES, size - at) for at in range(0, size, CHUNK_BYTES)]


if __name__ == "__main__":
    main()
