"""CPU time of decoding and decrypting an ID card's answer, compared with pydantic and with json and dataclasses."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from sealed_ocr.ocr import responses
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.models import open_id_card_result
from sealed_ocr.ocr.transport import Response

from bench.benchmarks.context import BenchmarkContext
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Target
from bench.services.passport import FIELDS, passport
from bench.workers.first_version import answer as pydantic_answer
from bench.workers.first_version import plain_answer

PYDANTIC = "pydantic, cryptography"
PLAIN = "json, dataclasses, cryptography"
FIRST = "first version (pydantic, pycryptodome)"
_DESCRIPTION = "decoding and opening an ID card's answer, 17 fields"


def measure_answer(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in microseconds of CPU time per answer."""
    context.progress("answers")
    key = secrets.token_bytes(32)
    body = _body(key)
    candidates: dict[str, Callable[[], object]] = {
        "ours": lambda: _open_with_ours(body, key),
        PYDANTIC: lambda: pydantic_answer.open_answer(body, key, plain_answer.decrypt),
        PLAIN: lambda: plain_answer.open_answer(body, key),
        FIRST: lambda: pydantic_answer.open_answer(body, key),
    }
    assert _open_with_ours(body, key)["keyValues"][0]["value"] == FIELDS["passportType"]
    assert pydantic_answer.open_answer(body, key).result.keyValues[0].value == FIELDS["passportType"]
    count = 100 if context.quick else 500
    samples = interleave({name: _timed(work, count) for name, work in candidates.items()}, 3 * context.pairs)
    ours = samples["ours"]
    yield Result("answer", _DESCRIPTION, "", "µs", ours)
    yield Result("answer", _DESCRIPTION, PYDANTIC, "µs", ours, samples[PYDANTIC], Target(0.55))
    yield Result("answer", _DESCRIPTION, PLAIN, "µs", ours, samples[PLAIN])
    yield Result("answer", _DESCRIPTION, FIRST, "µs", ours, samples[FIRST])


def _body(key: bytes) -> bytes:
    header = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
    return json.dumps({"header": header, "result": passport(Envelope._with_key(key).seal_text)}).encode()


def _open_with_ours(body: bytes, key: bytes) -> dict[str, Any]:
    # Each request has its own envelope, so the measurement includes making its cipher.
    envelope = Envelope._with_key(key)
    result = responses.result(Response(200, {}, body, request_complete=True))
    open_id_card_result(result, envelope)
    return result


def _timed(work: Callable[[], object], count: int) -> Callable[[], float]:
    def sample() -> float:
        before = time.process_time()
        for _ in range(count):
            work()
        return (time.process_time() - before) / count * 1e6

    return sample
