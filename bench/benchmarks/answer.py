"""Decoding and decrypting an ID card's answer with 17 fields and boxes, against json with dataclasses, and pydantic."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.models import open_result
from sealed_ocr.ocr.transport import Answer

from bench.benchmarks.run import Run
from bench.measurement.alternation import by_turns
from bench.measurement.figures import Aim, Figure
from bench.services.passport import FIELDS, passport
from bench.workers.first_version import answer as with_pydantic
from bench.workers.first_version import plain_answer

PYDANTIC = "pydantic, cryptography"
PLAIN = "json, dataclasses, cryptography"
FIRST = "first version (pydantic, pycryptodome)"
_WHAT = "decoding and opening an ID card's answer, 17 fields"


def measure_answer(run: Run) -> Iterator[Figure]:
    """Yield the figures: microseconds of CPU an answer."""
    run.say("answers")
    key = secrets.token_bytes(32)
    body = _body(key)
    subjects: dict[str, Callable[[], object]] = {
        "ours": lambda: _ours(body, key),
        PYDANTIC: lambda: with_pydantic.open_answer(body, key, plain_answer.decrypt),
        PLAIN: lambda: plain_answer.open_answer(body, key),
        FIRST: lambda: with_pydantic.open_answer(body, key),
    }
    assert _ours(body, key)["keyValues"][0]["value"] == FIELDS["passportType"]
    assert with_pydantic.open_answer(body, key).result.keyValues[0].value == FIELDS["passportType"]
    count = 100 if run.quick else 500
    samples = by_turns({name: _timed(work, count) for name, work in subjects.items()}, 3 * run.pairs)
    ours = samples["ours"]
    yield Figure("answer", _WHAT, "", "µs", ours, aim=Aim(110))
    yield Figure("answer", _WHAT, PYDANTIC, "µs", ours, samples[PYDANTIC], Aim(0.55))
    yield Figure("answer", _WHAT, PLAIN, "µs", ours, samples[PLAIN])
    yield Figure("answer", _WHAT, FIRST, "µs", ours, samples[FIRST])


def _body(key: bytes) -> bytes:
    header = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
    return json.dumps({"header": header, "result": passport(Envelope._with_key(key).seal_text)}).encode()


def _ours(body: bytes, key: bytes) -> dict[str, Any]:
    # Each request has its own envelope, so making its cipher belongs to what is counted.
    envelope = Envelope._with_key(key)
    result = responses.result(Answer(200, {}, body, request_complete=True))
    open_result(Kind.ID_CARD, result, envelope)
    return result


def _timed(work: Callable[[], object], count: int) -> Callable[[], float]:
    def once() -> float:
        before = time.process_time()
        for _ in range(count):
            work()
        return (time.process_time() - before) / count * 1e6

    return once
