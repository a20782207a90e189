"""The picture of the dashboard shows what the run recorded, by the template's own definitions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.dashboard.definition import Definition
from bench.dashboard.recorded import Recorded
from infra.synth import synthesise

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def recorded() -> Recorded:
    return Recorded(begin=1000, end=1020, step=5)


def emf(at: float, kind: str | None, **values: list[float]) -> str:
    dimensions = {"service": "analyze"} | ({"kind": kind} if kind else {})
    directive = {
        "Namespace": "SealedOcr/dev",
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
    }
    return json.dumps({"_aws": {"Timestamp": at * 1000, "CloudWatchMetrics": [directive]}, **dimensions, **values})


def test_a_point_is_the_statistic_of_its_step(recorded: Recorded) -> None:
    for at, value in ((1001, 1.0), (1002, 3.0), (1019, 5.0)):
        recorded.add("N", "M", {"b": "2", "a": "1"}, at, value)
    key = ("N", "M", ("1", "2"))
    np.testing.assert_equal(recorded.statistic(key, "Sum"), [4, np.nan, np.nan, 5])
    np.testing.assert_equal(recorded.statistic(key, "Average"), [2, np.nan, np.nan, 5])
    np.testing.assert_equal(recorded.statistic(key, "p50", whole=True), [3])


def test_logs_and_metrics_are_read_and_expressions_are_computed(recorded: Recorded, tmp_path: Path) -> None:
    lines = [
        "START",
        emf(1001, "id-card", Analyzed=[2], OcrLatency=[100, 300]),
        emf(1001, "credit-card", Analyzed=[1]),
        emf(1011, None, PossiblyBilled=[1]),
        '{"level":"ERROR","event":"internal.error","message":"internal error","fault":"KeyError"}',
    ]
    (tmp_path / "a.log").write_text("\n".join(lines))
    recorded.read_logs(tmp_path)
    assert [line["fault"] for line in recorded.lines] == ["KeyError"]
    search = """SEARCH('{"SealedOcr/dev","service","kind"} MetricName="Analyzed"', 'Sum', 300)"""
    by_kind = recorded.evaluate(search, {})
    assert {kind: values[0] for kind, values in by_kind.items()} == {"credit-card": 1, "id-card": 2}
    total = recorded.evaluate(f"SUM({search})", {})
    np.testing.assert_equal(total, [3, np.nan, np.nan, np.nan])
    np.testing.assert_equal(recorded.evaluate("2 * FILL(x, 1) / 4", {"x": total}), [1.5, 0.5, 0.5, 0.5])


def test_the_templates_alarms_are_on_if_the_run_reached_their_thresholds(recorded: Recorded, tmp_path: Path) -> None:
    definition = Definition(synthesise(ROOT, tmp_path, {"bundle": False}))
    assert {name for name, on in definition.alarms(recorded).values() if on} == set()
    recorded.add("SealedOcr/dev", "ConfigurationError", {"service": "verify"}, 1019, 1)
    queue = {"QueueName": "UploadsDeadLetterQueueUrl"}
    recorded.add("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, 1019, 3)
    on = {name.removeprefix("SealedOcr-dev-") for name, on in definition.alarms(recorded).values() if on}
    assert on == {"verify-configuration-error", "configuration-fault", "cause-known", "uploads-dead-letters"}


def test_every_expression_of_the_dashboard_can_be_computed(recorded: Recorded, tmp_path: Path) -> None:
    prices = {"pricePerThousandIdCards": 20, "pricePerThousandVerifications": 5}
    definition = Definition(synthesise(ROOT, tmp_path, {"bundle": False, **prices}))
    series = [
        each[-1] for widget in definition.widgets if widget["type"] == "metric"
        for each in widget["properties"]["metrics"]
    ]  # fmt: skip
    names = {each["id"]: np.zeros(4) for each in series if "id" in each}
    expressions = [each["expression"] for each in series if "expression" in each]
    assert len(expressions) > 10
    for expression in expressions:
        recorded.evaluate(expression, names)
