"""Each ``aws`` command in docs/operations.md has its action in the page's table of permissions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
TABLE = PAGE.split("\nBy hand, with the commands on this page:\n")[1].split("\n\n")[0]
# The only command that is named differently from its API.
TRANSFERS = {"s3:Cp": "s3:PutObject"}


def action(service: str, command: str) -> str:
    name = f"{service}:{''.join(word.capitalize() for word in command.split('-'))}"
    return TRANSFERS.get(name, name)


def test_every_command_has_its_permission() -> None:
    used = {action(*found) for found in re.findall(r"\baws ([a-z0-9]+) ([a-z-]+)", PAGE)}
    assert len(used) > 10
    assert used - set(re.findall(r"`(\w+:\w+)`", TABLE)) == set()
