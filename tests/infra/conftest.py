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
    """Make a template from settings; the functions' sources stand for the package."""

    def make(**settings: object) -> Template:
        out = tmp_path_factory.mktemp("cdk")
        return Template(synthesise(PROJECT, out, {"bundle": False, **settings}))

    return make


@pytest.fixture(scope="session")
def template(synth: Callable[..., Template]) -> Template:
    """The stack with the settings as they come, its alarms mailed."""
    return synth(alarmEmail="operator@example.com")
