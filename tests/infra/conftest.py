from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.synth import synthesise
from tests.infra.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def synth(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Template]:
    """Return a function that synthesises a template from settings, without building the package."""

    def make(**settings: object) -> Template:
        out = tmp_path_factory.mktemp("cdk")
        return Template(synthesise(PROJECT, out, {"bundle": False, **settings}))

    return make


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that would be deployed, with its package beside it and the report of the checks.

    With a network of its own it has every type of resource.
    """
    settings = {
        "alarmEmail": "operator@example.com",
        "batchSize": 50,
        "batchWindow": 5,
        "privateNetwork": True,
        "refuseOverwrite": True,
        "uploadOrigins": "https://upload.example.com",
    }
    return synthesise(PROJECT, tmp_path_factory.mktemp("deployed"), settings)


@pytest.fixture(scope="session")
def template(synth: Callable[..., Template]) -> Template:
    """The template with default settings, and an address for alarms."""
    return synth(alarmEmail="operator@example.com")


@pytest.fixture(scope="session")
def network_template(synth: Callable[..., Template]) -> Template:
    """The template with a network of the stack's own and every condition of its policies, otherwise as ``template``."""
    return synth(
        alarmEmail="operator@example.com", privateNetwork=True, refuseOverwrite=True, omitFields="id-card:resident=name"
    )
