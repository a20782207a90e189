"""Metric lines are valid EMF, and log lines name documents by their id."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from sealed_ocr.analysis.backoff import LONGEST_WAIT
from sealed_ocr.common.short_id import short_id
from sealed_ocr.common.timestamps import timestamp

from emulator.control.counters import digest
from emulator.faults.kinds import AnyFault, HttpStatus, NotJson, ResetAfterBody, ResetBeforeBody, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts, emf, metrics
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


def test_every_metric_line_is_valid_emf(
    parts: Parts, stage: Stage, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    good, refused, late, lost = (draw() for _ in range(4))
    emulator.fault(ResultCode(result_code=4000121, image=digest(refused.content)))
    emulator.fault(ResultCode(result_code=5000001, image=digest(late.content)))
    emulator.fault(NotJson(image=digest(lost.content)))
    for number, drawn in enumerate((good, refused, late, lost)):
        stage.announce(stage.upload(drawn, f"id-card/{number}.png"))
    stage.announce(stage.upload(draw("credit-card"), "credit-card/4.png"), stage.upload(draw(), "elsewhere/5.png"))
    assert len(parts.deliver()) == 2
    parts.observability.metrics.flush()
    printed = capfd.readouterr().out
    stage.log_output += printed
    lines = [json.loads(line) for line in printed.splitlines()]
    assert {line.get("kind") for line in lines} == {None, "id-card", "credit-card", "unknown"}
    for line in lines:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "SealedOcr/test"
        assert isinstance(line["_aws"]["Timestamp"], int)
        (dimensions,) = directive["Dimensions"]
        assert set(dimensions) == ({"service", "kind"} if "kind" in line else {"service"})
        assert line["service"] == "analyze"
        names = {metric["Name"] for metric in directive["Metrics"]}
        assert {metric["Unit"] for metric in directive["Metrics"]} <= {"Count", "Milliseconds", "Percent"}
        assert set(line) == names | set(dimensions) | {"_aws", "function_request_id"}
        for name in names:
            assert all(isinstance(value, int | float) and value >= 0 for value in line[name])
    assert metrics(printed) == {
        "Analyzed:id-card": 1,
        "Analyzed:credit-card": 1,
        "Calls:credit-card": 1,
        "Calls:id-card": 3,
        "OcrLatency:credit-card": 1,
        "OcrLatency:id-card": 4,
        "PossiblyBilled": 1,
        "PublicKeyFetched": 2,
        "Rejected:id-card": 1,
        "Rejected:unknown": 1,
        "Transient:id-card": 1,
        "TransientShare": 5,
    }
    # Finished and deferred documents count. Unknown outcomes have a metric and an alarm of their own.
    (shares,) = (line["TransientShare"] for line in lines if "TransientShare" in line)
    assert sorted(shares) == [0, 0, 0, 0, 100]


def test_the_seconds_from_an_upload_to_its_message_are_recorded_by_kind_and_for_all(
    parts: Parts, stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    now = float(int(time.time()))
    waited = {"credit-card/1.png": 2.5, "elsewhere/2.png": 60.0, "id-card/3.png": -0.2, "id-card/4.png": None}
    for key, seconds in waited.items():
        upload = stage.upload(draw("credit-card" if key.startswith("credit") else "resident"), key)
        if seconds is not None:
            upload.record["eventTime"] = timestamp(now - seconds)
        stage.announce(upload)
    parts.message_clock.now = lambda: now
    assert parts.deliver() == []
    parts.observability.metrics.flush()
    printed = capfd.readouterr().out
    stage.log_output += printed
    found = {kind: line["SecondsToMessage"] for line, kind, metric in emf(printed) if metric["Unit"] == "Seconds"}
    # The clock of S3 may be ahead. An event without a time is not counted.
    assert {kind: sorted(values) for kind, values in found.items()} == {
        "credit-card": [2.5],
        "unknown": [60.0],
        "id-card": [0.0],
        None: [0.0, 2.5, 60.0],
    }


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (ResultCode(operation="id-card", result_code=4000006), 1),
        (ResultCode(operation="id-card", result_code=4000121), 1),
        (NotJson(operation="id-card"), 1),
        (ResetAfterBody(operation="id-card"), 1),
        (HttpStatus(operation="public-keys", status=503), 0),
        (ResultCode(operation="public-keys", result_code=4000401), 0),
        (ResetBeforeBody(operation="id-card"), 0),
    ],
)
def test_a_latency_is_recorded_only_if_the_service_was_called(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, fault: AnyFault, calls: int
) -> None:
    emulator.fault(fault)
    # More bytes than the socket buffers hold, so that the reset comes during the body.
    stage.announce(stage.upload(draw(size=8_000_000 if isinstance(fault, ResetBeforeBody) else 0)))
    parts.deliver()
    assert counted().get("OcrLatency:id-card", 0) == calls


def test_no_latency_is_recorded_without_credentials_image_or_connection(
    make: Callable[..., Parts], stage: Stage, proxy: Proxy, counted: Counted
) -> None:
    stage.announce(stage.upload(draw()))
    proxy.fault("GetSecretValue", "refuse", times=1)
    without_credentials = make()
    assert len(without_credentials.deliver()) == 1
    stage.show_hidden()
    proxy.fault("GetObject", "refuse", times=1)
    without_image = make()
    assert len(without_image.deliver()) == 1
    stage.show_hidden()
    without_connection = make("http://127.0.0.1:1")
    assert len(without_connection.deliver()) == 1
    for parts in (without_credentials, without_image, without_connection):
        parts.observability.metrics.flush()
    assert not [name for name in counted() if name.startswith("OcrLatency")]


def test_published_metrics_are_reset(parts: Parts, stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    stage.announce(stage.upload(draw()))
    parts.deliver()
    parts.observability.metrics.flush()
    stage.log_output += capfd.readouterr().out
    parts.observability.metrics.flush()
    assert capfd.readouterr().out == ""


def test_the_log_tells_the_story_of_a_document(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(ResultCode(operation="id-card", result_code=4000301))
    uploaded = stage.upload(draw())
    stage.announce(uploaded)
    assert parts.deliver() == []
    lines = parts.logged()
    assert [line["event"] for line in lines] == [
        "attempt.started",
        "image.opened",
        "secret.read",
        "public_key.fetched",
        "ocr.answered",
        "public_key.refused",
        "public_key.fetched",
        "ocr.answered",
        "result.sent",
    ]
    item = stage.item()
    for line in lines:
        identity = (line["documentId"], line["attemptId"], line["receiveCount"])
        assert identity == (item["documentId"], short_id(item["attemptId"]), 1)
    assert [line["resultCode"] for line in lines if line["event"] == "ocr.answered"] == [4000301, 0]
    assert lines[1]["bytes"] == uploaded.record["s3"]["object"]["size"]
    assert [line["kind"] for line in lines if "kind" in line] == [lines[0]["kind"]] == ["id-card"]
    assert (lines[-1]["outcome"], lines[-1]["level"]) == ("analyzed", "INFO")
    # The event says it. A text would be a twelfth of the log.
    assert not [line for line in lines if "message" in line]


def test_a_deferred_document_says_until_when_and_why(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    busy, served = draw(), draw()
    emulator.fault(ResultCode(result_code=4000006, image=digest(busy.content)))
    # One message: its documents wait together.
    stage.announce(stage.upload(busy, "id-card/1.png"), stage.upload(served, "id-card/2.png"))
    before = parts.message_clock()
    assert len(parts.deliver()) == 1
    (deferred,) = [line for line in parts.logged() if line["event"] == "attempt.deferred"]
    (failed,) = [line for line in parts.logged() if line["event"] == "attempt.failed"]
    assert (deferred["documentId"], deferred["attemptId"]) == (failed["documentId"], failed["attemptId"])
    assert deferred["why"] == failed["error"] == "LimitExceeded.4000006"
    waits = datetime.fromisoformat(deferred["until"]).timestamp() - before
    assert waits >= LONGEST_WAIT
