"""Each ``aws`` command in a page for operators has its action in the page's table of permissions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[2] / "docs"
# The only command that is named differently from its API.
TRANSFERS = {"s3:Cp": "s3:PutObject"}


def action(service: str, command: str) -> str:
    name = f"{service}:{''.join(word.capitalize() for word in command.split('-'))}"
    return TRANSFERS.get(name, name)


@pytest.mark.parametrize(("name", "least"), [("operations.md", 10), ("networking.md", 5)])
def test_every_command_has_its_permission(name: str, least: int) -> None:
    page = (DOCS / name).read_text()
    table = page.split("\nBy hand, with the commands on this page:\n\n")[1].split("\n\n")[0]
    used = {action(*found) for found in re.findall(r"\baws ([a-z0-9]+) ([a-z-]+)", page)}
    assert len(used) > least
    assert used - set(re.findall(r"`(\w+:\w+)`", table)) == set()
