"""Each ``aws`` command in a page for operators has its action in a table of permissions."""

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


@pytest.mark.parametrize(
    ("names", "table", "least"),
    [
        (("deployment.md", "operations.md", "recovery.md"), "permissions.md", 10),
        (("networking.md",), "networking.md", 5),
    ],
)
def test_every_command_has_its_permission(names: tuple[str, ...], table: str, least: int) -> None:
    pages = "\n".join((DOCS / name).read_text() for name in names)
    rows = (DOCS / table).read_text().split("\nBy hand, with the commands ")[1].split("\n\n")[1]
    used = {action(*found) for found in re.findall(r"\baws ([a-z0-9]+) ([a-z-]+)", pages)}
    assert len(used) > least
    assert used - set(re.findall(r"`(\w+:\w+)`", rows)) == set()
