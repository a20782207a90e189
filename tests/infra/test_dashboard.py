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


def test_the_cost_graph_uses_the_settings(synth: Callable[..., Template]) -> None:
    cost = synth(memory=2048, ocrPricePerThousand=12.5).dashboard
    assert "milliseconds / 1000 * 2.0 *" in cost
    assert "* 12.5 / 1000" in cost
