from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from infra.alarm_definition import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template


@pytest.fixture(scope="module")
def widgets(template: Template) -> list[dict[str, Any]]:
    """The widgets in the order in which they are read: by rows, from left to right."""
    return ordered(template)


def ordered(template: Template) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(template.dashboard)["widgets"]
    return sorted(found, key=lambda widget: (widget["y"], widget["x"]))


def titled(widgets: list[dict[str, Any]], title: str) -> dict[str, Any]:
    (found,) = (w["properties"] for w in widgets if w["properties"].get("title") == title)
    return dict(found)


def test_the_dashboard_begins_with_links_alarms_and_the_last_hour(widgets: list[dict[str, Any]]) -> None:
    assert [widget["type"] for widget in widgets[:6]] == ["text", "alarm", "alarm", "alarm", "metric", "metric"]
    titles = [widget["properties"].get("title") for widget in widgets]
    assert titles[1:6] == [*(f"Alarms: {level}" for level in Level), "In the last hour", "Now"]
    assert {
        "Analyzed by kind",
        "OCR calls, with the image's way there from S3, by kind, p50 and p99 (ms)",
        "Upload to message (s)",
        "Verifications, p50 and p99 (ms)",
        "Cost by kind (USD)",
        "Cost per 1,000 documents (USD)",
    } <= {*titles}


def test_no_widget_overlaps_another_or_leaves_the_grid(widgets: list[dict[str, Any]]) -> None:
    cells = [
        (column, row)
        for each in widgets
        for column in range(each["x"], each["x"] + each["width"])
        for row in range(each["y"], each["y"] + each["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24


def test_every_alarm_stands_with_those_of_its_level(template: Template, widgets: list[dict[str, Any]]) -> None:
    types = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    alarms = {id_: alarm for each in types for id_, alarm in template.resources(each).items()}
    for level in Level:
        shown = {arn.strip("<>") for arn in titled(widgets, f"Alarms: {level}")["alarms"]}
        assert shown == {id_ for id_, alarm in alarms.items() if alarm["AlarmDescription"].startswith(f"[{level}]")}


def test_the_last_hour_is_one_number_each(widgets: list[dict[str, Any]]) -> None:
    hour, now = titled(widgets, "In the last hour"), titled(widgets, "Now")
    for each in (hour, now):
        assert each["view"] == "singleValue"
    assert (hour["start"], hour["setPeriodToTimeRange"]) == ("-PT1H", True)
    shown = [series[-1] for series in hour["metrics"] if series[-1].get("visible") is not False]
    assert [each["label"] for each in shown] == ["in", "analyzed", "rejected", "paid calls", "USD"]
    assert all(each["period"] == 3600 for each in shown)
    # What waits is that of now, not the most of an hour.
    assert "start" not in now
    assert [series[-1]["label"] for series in now["metrics"]] == ["waiting", "dead uploads", "dead results"]


def test_dead_letters_have_an_axis_of_their_own(widgets: list[dict[str, Any]]) -> None:
    properties = titled(widgets, "Dead letters and what waits")
    sides = {series[-1]["label"]: series[-1].get("yAxis", "left") for series in properties["metrics"]}
    assert sides == {"uploads": "left", "results": "left", "dead uploads": "right", "dead results": "right"}
    assert properties["yAxis"]["right"]["min"] == 0


def test_thresholds_are_drawn_where_the_alarms_have_them(synth: Callable[..., Template]) -> None:
    template = synth(slowSeconds=7, resultRetention=1, maxConcurrency=9)
    widgets = ordered(template)

    def thresholds(title: str) -> dict[str, float]:
        lines = titled(widgets, title)["annotations"]["horizontal"]
        return {line["label"]: line["value"] for line in lines}

    assert thresholds("Upload to message (s)")["slowSeconds"] == 7
    assert thresholds("Functions") == {"maxConcurrency": 9}
    alarms = template.resources("AWS::CloudWatch::Alarm").values()
    of_ages = {
        alarm["AlarmName"].removeprefix("SealedOcr-dev-"): alarm["Threshold"]
        for alarm in alarms
        if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    }
    assert thresholds("Oldest message (s)") == of_ages


def test_the_log_queries_read_both_functions_logs(template: Template, widgets: list[dict[str, Any]]) -> None:
    queries = [widget["properties"]["query"] for widget in widgets if widget["type"] == "log"]
    groups = set(template.resources("AWS::Logs::LogGroup"))
    assert len(queries) == 2
    for query in queries:
        assert {*re.findall(r"SOURCE '<(\w+)>'", query)} == groups


def test_the_text_links_to_the_pages(synth: Callable[..., Template], widgets: list[dict[str, Any]]) -> None:
    assert "`docs/operations.md`" in widgets[0]["properties"]["markdown"]
    with_address = ordered(synth(docsUrl="https://git.example.com/docs"))[0]["properties"]["markdown"]
    assert "[operations.md](https://git.example.com/docs/operations.md)" in with_address
    assert (
        "(https://<AWS::Region>.console.aws.amazon.com/cloudwatch/home?region=<AWS::Region>#alarmsV2:" in with_address
    )


def test_the_address_of_the_dashboard_is_an_output(template: Template) -> None:
    name = template.render(template.only("AWS::CloudWatch::Dashboard")["DashboardName"])
    url = template.render(template.body["Outputs"]["DashboardUrl"]["Value"])
    assert url == (
        "https://<AWS::Region>.console.aws.amazon.com/cloudwatch/home?region=<AWS::Region>#dashboards/dashboard/" + name
    )


def test_the_cost_graph_counts_each_kind_of_call_at_its_price(synth: Callable[..., Template]) -> None:
    template = synth(memory=2048, pricePerThousandCreditCards=12.5, pricePerThousandVerifications=3)
    cost = template.dashboard
    assert "milliseconds / 1000 * 2.0 *" in cost
    assert "(FILL(calls_credit_card, 0) * 12.5 + FILL(calls_verification, 0) * 3.0) / 1000" in cost
    series = titled(ordered(template), "Cost per 1,000 documents (USD)")["metrics"]
    sources = {one[-1]["id"]: one[1:-1] for one in series if len(one) > 1 and one[-1]["id"].startswith("calls_")}
    assert sources == {
        "calls_credit_card": ["Calls", "kind", "credit-card", "service", "analyze"],
        "calls_verification": ["Verdict", "service", "verify"],
    }
    by_kind = titled(ordered(template), "Cost by kind (USD)")["metrics"]
    labels = [one[-1]["label"] for one in by_kind if "expression" in one[-1]]
    assert labels == ["Lambda", "credit-card", "verification"]


def test_without_prices_the_cost_graph_shows_lambda_alone(template: Template) -> None:
    assert " + (0) / 1000)" in template.dashboard


def test_the_calls_under_the_vendors_quota_are_one_number_for_each_kind(widgets: list[dict[str, Any]]) -> None:
    properties = titled(widgets, "ID-card calls in 30 days")
    assert [one[1:4] for one in properties["metrics"]] == [
        ["Calls", "kind", "id-card"],
        ["Calls", "kind", "id-card/stand-alone"],
    ]
    assert (properties["start"], properties["setPeriodToTimeRange"]) == ("-P30D", True)
