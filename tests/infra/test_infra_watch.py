from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.ocr.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra_template import Template

pytestmark = pytest.mark.xdist_group("infra")


@pytest.fixture(scope="module")
def alarms(template: Template) -> dict[str, dict[str, Any]]:
    found = template.resources("AWS::CloudWatch::Alarm").values()
    return {alarm["AlarmName"].removeprefix("SealedOcr-dev-"): alarm for alarm in found}


@pytest.fixture(scope="module")
def paragraphs(project: Path) -> dict[str, str]:
    """Of ``docs/operations.md``: what stands under the name of each alarm."""
    chapter = (project / "docs" / "operations.md").read_text().split("\n## Alarms\n")[1].split("\n## ")[0]
    parts = re.split(r"^### `([a-z0-9-]+)`\n", chapter, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm(
    alarms: dict[str, Any], paragraphs: dict[str, str]
) -> None:
    assert set(alarms) == set(paragraphs)


def test_a_paragraph_says_what_it_means_where_to_look_and_what_to_do(paragraphs: dict[str, str]) -> None:
    for name, text in paragraphs.items():
        for part in ("**Means**", "**Look**", "**Do**"):
            assert part in text, f"{name}: {part}"


def test_every_alarm_reaches_somebody_names_its_paragraph_and_is_quiet_in_silence(
    template: Template, alarms: dict[str, Any]
) -> None:
    (mail,) = template.resources("AWS::SNS::Subscription").values()
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", "operator@example.com")
    assert template.say(mail["TopicArn"]) == "topic"
    for name, alarm in alarms.items():
        assert [template.say(action) for action in alarm["AlarmActions"]] == ["topic"]
        assert f"docs/operations.md, {name}." in alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


@pytest.mark.parametrize(
    ("name", "queue", "metric", "threshold"),
    [
        ("uploads-dead-letters", "uploads-dead-letters", "ApproximateNumberOfMessagesVisible", 1),
        ("results-dead-letters", "results-dead-letters", "ApproximateNumberOfMessagesVisible", 1),
        ("oldest-upload", "uploads", "ApproximateAgeOfOldestMessage", 3600),
        ("oldest-result", "results", "ApproximateAgeOfOldestMessage", 7 * 86_400),
    ],
)
def test_a_queue_is_watched(
    template: Template, alarms: dict[str, Any], name: str, queue: str, metric: str, threshold: int
) -> None:
    alarm = alarms[name]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/SQS", metric, "Maximum")
    assert [template.say(dimension["Value"]) for dimension in alarm["Dimensions"]] == [queue]
    assert alarm["Threshold"] == threshold


def test_unread_results_are_told_of_at_half_of_whatever_their_retention_is(synth: Callable[..., Template]) -> None:
    template = synth(resultRetention=2)
    (alarm,) = (
        alarm
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        if alarm["AlarmName"].endswith("-oldest-result")
    )
    assert alarm["Threshold"] == template.thing("results")["MessageRetentionPeriod"] / 2 == 86_400


@pytest.mark.parametrize(
    ("name", "metric", "services"),
    [
        ("possibly-billed", "PossiblyBilled", {"analyze", "verify"}),
        ("ledger-write-failed", "LedgerWriteFailed", {"analyze", "verify"}),
        ("offer-not-kept", "OfferNotKept", {"analyze"}),
        ("configuration-error", "ConfigurationError", {"analyze", "verify"}),
        ("contract-error", "ContractError", {"analyze", "verify"}),
    ],
)
def test_one_of_these_is_enough(alarms: dict[str, Any], name: str, metric: str, services: set[str]) -> None:
    series = list(metrics_of(alarms[name]))
    assert {each["MetricName"] for each in series} == {metric}
    assert {dict_of(each)["service"] for each in series} == services
    assert {each["Namespace"] for each in series} == {"SealedOcr/dev"}
    assert (alarms[name]["Threshold"], alarms[name]["EvaluationPeriods"]) == (1, 1)


def test_the_share_of_what_is_put_off_counts_every_kind(alarms: dict[str, Any]) -> None:
    series = [(each["MetricName"], dict_of(each)["kind"]) for each in metrics_of(alarms["transient-share"])]
    assert sorted(series) == sorted((name, kind) for name in ("Analyzed", "Rejected", "Transient") for kind in Kind)


def test_what_is_watched_is_what_the_functions_count(project: Path, template: Template) -> None:
    sources = "\n".join(path.read_text() for path in (project / "functions").rglob("*.py")).lower()
    watched = set(re.findall(r'MetricName=\\*"(\w+)', page(template)))
    watched |= set(re.findall(r'"SealedOcr/dev","(\w+)"', page(template)))
    watched |= {
        each["MetricName"]
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        for each in metrics_of(alarm)
        if each["Namespace"] == "SealedOcr/dev"
    }
    assert len(watched) > 10
    assert {name for name in watched if f'"{name.lower()}"' not in sources} == set()


def test_the_dashboard_is_a_page_that_cloudwatch_can_read(template: Template) -> None:
    titles = {widget["properties"]["title"] for widget in json.loads(page(template))["widgets"]}
    assert {"Analyzed by kind", "OCR latency by kind, p50 and p99 (ms)", "Cost per 1,000 documents (USD)"} <= titles


def test_the_cost_follows_the_settings(synth: Callable[..., Template]) -> None:
    cost = page(synth(memory=2048, ocrPricePerThousand=12.5))
    assert "milliseconds / 1000 * 2.0 *" in cost
    assert "* 12.5 / 1000" in cost


def page(template: Template) -> str:
    return template.say(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"])


def metrics_of(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "MetricName" in alarm:
        yield alarm
    for each in alarm.get("Metrics", []):
        if "MetricStat" in each:
            yield each["MetricStat"]["Metric"]


def dict_of(metric: dict[str, Any]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]}
