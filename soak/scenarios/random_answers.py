"""Random answers of the OCR service: any bytes, any JSON, deep, huge, of wrong types, not UTF-8.

They pass through the client into a message, as in an analysis. Each one ends as a message that SQS accepts, or as an
error of the client that quotes nothing.
"""

from __future__ import annotations

import base64
import json
import re
import time
import tracemalloc
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import hypothesis
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed_ocr.analysis import messages
from sealed_ocr.analysis.queue_message import encode
from sealed_ocr.claims import offer
from sealed_ocr.common.document import Document
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import SecretKeyAuth
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import OcrError
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.transport import Response, Transport

from soak.harness.violation import GuaranteeViolation
from soak.scenarios.answer_shapes import BODIES, CANARY, HEADER, written
from tests.support.canary import assert_clean, exception_text

_SQS_REFUSES = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Service:
    """A stand-in for the transport. It returns a public key, and then any body."""

    def __init__(self) -> None:
        public_key = rsa.generate_private_key(65537, 2048).public_key()
        der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        result = {"key": base64.b64encode(der).decode(), "version": "0"}
        self._key = written({"header": HEADER, "result": result})
        self.body = b""

    def exchange(
        self, method: str, _path: str, _headers: Mapping[str, str], _deadline: float, _body: Body | None = None
    ) -> Response:
        return Response(200, {"Request-Key": "a-request-key"}, self._key if method == "GET" else self.body, True)


@dataclass(frozen=True)
class _Image:
    size: int = 3
    file_name: str = "image.png"
    chunk_bytes: int = 16

    def chunks(self) -> list[bytes]:
        return [b"png"]


def run(examples: int, seed: int) -> dict[str, int | float]:
    """Try ``examples`` answers; return the outcomes.

    Raises
    ------
    AssertionError, GuaranteeViolation
        If an error quotes the answer, or SQS would refuse a message. Unexpected errors of the client are passed on.
    """
    service, ends, most = _Service(), Counter[str](), 0
    client = OcrClient(cast(Transport, service), RefreshableCache(lambda: SecretKeyAuth("app", "secret"), 300), 30)

    @hypothesis.seed(seed)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(body=BODIES, kind=st.sampled_from(list(Kind)))
    def ends_well(body: bytes, kind: Kind) -> None:
        nonlocal most
        service.body = body
        tracemalloc.start()
        try:
            ends[_end(client, kind)] += 1
            most = max(most, tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()

    ends_well()
    rows: dict[str, int | float] = {f"ended: {end}": number for end, number in sorted(ends.items())}
    return {"answers": ends.total(), **rows, "MiB for one of them, at most": round(most / 2**20, 1)}


def _end(client: OcrClient, kind: Kind) -> str:
    try:
        analysis = client.analyze(kind, _Image(), time.monotonic() + 60)
    except OcrError as failure:
        assert_clean(exception_text(failure), [CANARY])
        return type(failure).__name__
    text = encode(_message(kind, analysis.result))
    json.loads(text)
    if _SQS_REFUSES.search(text):
        raise GuaranteeViolation("a message holds characters that SQS refuses")
    return "a message"


def _message(kind: Kind, result: dict[str, Any]) -> messages.Message:
    document = Document(document_id="0" * 32, kind=kind, bucket="b", key="k", e_tag="e", size=3)
    claim = offer(result) if KIND_SPECS[kind].offers_claim else None
    verification = (
        messages.Verification(expires_at="soon", request=claim.request, missing=claim.missing) if claim else None
    )
    return messages.analyzed(document, "arn:aws:s3:::b", time.time(), result, verification)
