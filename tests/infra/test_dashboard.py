from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template


def test_the_dashboard_has_its_graphs(template: Template) -> None:
    titles = {widget["properties"]["title"] for widget in json.loads(template.dashboard)["widgets"]}
    assert {
        "Analyzed by kind",
        "OCR calls, with the image's way there from S3, by kind, p50 and p99 (ms)",
        "Cost per 1,000 documents (USD)",
    } <= titles


def test_the_cost_graph_counts_each_kind_of_call_at_its_price(synth: Callable[..., Template]) -> None:
    cost = synth(memory=2048, pricePerThousandCreditCards=12.5, pricePerThousandVerifications=3).dashboard
    assert "milliseconds / 1000 * 2.0 *" in cost
    assert "(FILL(calls_credit_card, 0) * 12.5 + FILL(calls_verification, 0) * 3.0) / 1000" in cost
    series = next(
        widget["properties"]["metrics"]
        for widget in json.loads(cost)["widgets"]
        if widget["properties"]["title"].startswith("Cost")
    )
    sources = {one[-1]["id"]: one[1:-1] for one in series if len(one) > 1 and one[-1]["id"].startswith("calls_")}
    assert sources == {
        "calls_credit_card": ["Calls", "kind", "credit-card", "service", "analyze"],
        "calls_verification": ["Verdict", "service", "verify"],
    }


def test_without_prices_the_cost_graph_shows_lambda_alone(template: Template) -> None:
    assert " + (0) / 1000)" in template.dashboard


def test_the_calls_under_the_vendors_quota_are_one_number_for_each_kind(template: Template) -> None:
    (number,) = (w for w in json.loads(template.dashboard)["widgets"] if w["type"] == "metric"
                 and w["properties"]["view"] == "singleValue")  # fmt: skip
    properties = number["properties"]
    assert [one[1:4] for one in properties["metrics"]] == [
        ["Calls", "kind", "id-card"],
        ["Calls", "kind", "id-card/stand-alone"],
    ]
    assert (properties["start"], properties["setPeriodToTimeRange"]) == ("-P30D", True)
