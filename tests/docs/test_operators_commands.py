"""Each command of our tools in the pages for operators is one that the tools' own parser accepts."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from ops.cli import app

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")})
CODE = re.compile(r"^ *```[a-z]*\n(.*?)^ *```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
# As a function that a page defines, or in full.
COMMAND = re.compile(r"^ *(?:[\w/.]*python -m )?ops (?!\(\))(.+)$", re.MULTILINE)
TOOL = re.compile(r"^\| ((?:`[a-z][^`|]*`(?:, )?)+) \|", re.MULTILINE)


def commands(page: Path) -> set[str]:
    text = page.read_text()
    # In a sentence, `ops redrive` names a tool; with its arguments it is a command.
    code = "\n".join(block or (line if line.count(" ") > 1 else "") for block, line in CODE.findall(text))
    found = set(COMMAND.findall(code.replace("\\\n", " ")))
    if page.name == "operations.md":
        table = text.split("\n| command | what it does |")[1].split("\n\n")[0]
        found |= {command for cell in TOOL.findall(table) for command in re.findall(r"`([^`]+)`", cell)}
    return found


COMMANDS = sorted({(page.name, command) for page in PAGES for command in commands(page)})


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_is_accepted_by_the_parser(
    page: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "card.png").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEALED_OCR_OUTPUTS", raising=False)
    parse(command)


def parse(command: str) -> None:
    """Raise an exception for a command line that the tools would refuse. No tool is run."""
    group = typer.main.get_group(app)
    for tool in group.commands.values():
        tool.callback = lambda **_: None
    assert not group.main(shlex.split(command, comments=True), standalone_mode=False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("redrive --per-hour 10", "No such option"),
        ("redrve", "No such command"),
        ("--stak X doctor", "No such option"),
        ("reconcile", "Missing parameter"),
        ("doctor --kind cheque", "not one of"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(wrong: str, message: str) -> None:
    with pytest.raises(Exception, match=message):
        parse(wrong)


def test_the_pages_show_every_tool() -> None:
    group = typer.main.get_group(app)
    shown = {word for page, command in COMMANDS if page == "operations.md" for word in command.split()[:1]}
    assert set(group.commands) <= shown
