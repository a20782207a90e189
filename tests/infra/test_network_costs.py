"""The costs in docs/networking.md follow from its formulas and prices, and from the template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Template


@pytest.fixture(scope="module")
def chapter(project: Path) -> str:
    return (project / "docs" / "networking.md").read_text().split("\n## What it costs\n")[1]


def test_the_example_follows_from_the_formulas(chapter: str, network_template: Template) -> None:
    usd = {name: float(price) for name, price in re.findall(r"^\| `(\w+)`[^|]*\| ([0-9.]+) \|", chapter, re.MULTILINE)}
    stated = {
        name: float(price)
        for name, price in re.findall(r"^\| \*?\*?([\w ]+?)\*?\*? \| \*?\*?([0-9.]+)\*?\*? \|$", chapter, re.MULTILINE)
    }
    given = re.search(r"D = ([0-9,]+), S = (\S+) \|", chapter)
    assert given
    documents, size = (float(each.replace(",", "")) for each in given.groups())
    endpoints = [
        len(each["SubnetIds"])
        for each in network_template.resources("AWS::EC2::VPCEndpoint").values()
        if each["VpcEndpointType"] == "Interface"
    ]
    assert f"{len(endpoints)} · {endpoints[0]} · endpoint_hour" in chapter
    hourly = (
        len(network_template.resources("AWS::EC2::NatGateway")) * usd["nat_hour"]
        + sum(endpoints) * usd["endpoint_hour"]
        + len(network_template.resources("AWS::EC2::EIP")) * usd["address_hour"]
    )
    computed = {
        "Fixed": 730 * hourly,
        "NAT": documents * size * usd["nat_gb"],
        "Zones": documents * size / 2 * 2 * usd["zone_gb"],
        "Flow log": documents * 0.000001 * usd["flow_log_gb"],
    }
    computed["Sum"] = sum(computed.values())
    assert stated == pytest.approx(computed, abs=0.005)


def test_the_page_says_the_fixed_costs_first(project: Path, chapter: str) -> None:
    fixed = re.search(r"^\| Fixed \| ([0-9.]+) \|$", chapter, re.MULTILINE)
    assert fixed
    page = (project / "docs" / "networking.md").read_text()
    assert f"It costs about {float(fixed[1]):.0f} USD a month before any document" in page
