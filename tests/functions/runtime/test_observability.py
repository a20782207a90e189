"""Metric lines are valid EMF, and log lines name documents by their id."""

from __future__ import annotations

import json

import pytest

from emulator.control.counters import digest
from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts, metrics
from tests.support.documents import draw
from tests.support.stage import Stage


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
        assert set(line) == names | set(dimensions) | {"_aws"}
        for name in names:
            assert all(isinstance(value, int | float) and value >= 0 for value in line[name])
    assert metrics(printed) == {
        "Analyzed:id-card": 1,
        "Analyzed:credit-card": 1,
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


def test_published_metrics_are_reset(parts: Parts, stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    stage.announce(stage.upload(draw()))
    parts.deliver()
    parts.observability.metrics.flush()
    stage.log_output += capfd.readouterr().out
    parts.observability.metrics.flush()
    assert capfd.readouterr().out == ""


def test_log_lines_hold_the_document_id_and_the_outcome(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw()))
    parts.deliver()
    (line,) = parts.logged()
    assert line["documentId"] == stage.item()["documentId"]
    assert (line["kind"], line["outcome"], line["level"]) == ("id-card", "analyzed", "INFO")
