"""The costs in docs/costs.md follow from its formulas and prices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infra.cost_widgets import USD_PER_GB_SECOND, USD_PER_INVOCATION

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Template


@pytest.fixture(scope="module")
def chapter(project: Path) -> str:
    return (project / "docs" / "costs.md").read_text()


@pytest.fixture(scope="module")
def prices(chapter: str) -> dict[str, float]:
    return {name: float(usd) for name, usd in re.findall(r"^\| `(\w+)`[^|]*\| ([0-9.]+) \|", chapter, re.MULTILINE)}


def test_the_example_follows_from_the_formulas(chapter: str, prices: dict[str, float]) -> None:
    stated = {
        name: float(usd)
        for name, usd in re.findall(r"^\| \*?\*?([^|*]+?)\*?\*? \| \*?\*?([0-9.]+)", chapter, re.MULTILINE)
    }
    given = re.search(r"D = ([0-9,]+), t = (\S+), M = (\S+), S = (\S+), R = (\S+), i = (\S+), c = (\S+)", chapter)
    assert given
    documents, seconds, memory, size, days, cards, consumer = (float(each.replace(",", "")) for each in given.groups())
    p = prices

    def lambda_(batch: int) -> float:
        return documents / batch * (seconds * memory * p["lambda_gb_second"] + p["lambda_request"])

    computed = {
        "Lambda, B = 10": lambda_(10),
        "SQS, B = 10": documents * (1 + 1 + 2 / 10 + consumer) * p["sqs_request"],
        "S3": documents * (p["s3_put"] + p["s3_get"] + size * days / 30 * p["s3_gb_month"]),
        "DynamoDB": documents * (2 + cards) * p["dynamodb_write"],
        "Logs": documents * 0.000002 * p["log_gb"],
        "Transfer": documents * size * p["transfer_gb"],
        "Fixed": 2 * p["key_month"]
        + p["secret_month"]
        + 33 * p["metric_month"]
        + 24 * p["alarm_month"]
        + 8 * p["composite_month"]
        + p["dashboard_month"],
    }
    computed |= {"AWS, B = 10": sum(computed.values()), "Lambda, B = 1": lambda_(1)}
    for name, usd in computed.items():
        assert stated[name] == pytest.approx(usd, abs=0.005), name


def test_the_fixed_costs_match_the_template(chapter: str, template: Template) -> None:
    fixed = re.search(
        r"^Fixed +(\d+) · key_month \+ secret_month \+ \d+ · metric_month "
        r"\+ (\d+) · alarm_month \+ (\d+) · composite_month",
        chapter,
        re.MULTILINE,
    )
    assert fixed
    assert int(fixed[1]) == len(template.resources("AWS::KMS::Key"))
    assert int(fixed[2]) == len(template.resources("AWS::CloudWatch::Alarm"))
    assert int(fixed[3]) == len(template.resources("AWS::CloudWatch::CompositeAlarm"))
    assert len(template.resources("AWS::SecretsManager::Secret")) == 1


def test_the_dashboard_uses_the_same_prices(prices: dict[str, float]) -> None:
    assert (prices["lambda_gb_second"], prices["lambda_request"]) == (USD_PER_GB_SECOND, USD_PER_INVOCATION)
