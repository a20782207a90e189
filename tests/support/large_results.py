"""Results of the OCR service that are small enough to be read and too large for an SQS message."""

from __future__ import annotations

from emulator.domain.operations import Operation
from tests.support.proxy import Proxy


def grow_results(ocr_proxy: Proxy, operation: Operation) -> None:
    """Enlarge every result of ``operation`` that passes through the proxy in front of the OCR service."""

    def grown(body: bytes) -> bytes:
        # Three bytes in UTF-8, six as an escape: SQS accepts this character only escaped.
        return body.replace(b'"result":{', b'"result":{"more":"' + "\uffff".encode() * 250_000 + b'",')

    ocr_proxy.fault("Ocr", "change", where=lambda call: call.resource == operation, change=grown)
