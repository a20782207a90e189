"""No character of a stranger controls a terminal, or is printed and cannot be seen."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

import local.cli.commands
import ops.cli
from local.cli.output import print_document, print_line, print_verdict
from local.cli.progress import ProgressDisplay
from local.cli.run import _print_message
from local.pipeline.messages import Message
from local.pipeline.verdicts import Verdict
from ops.common import console
from ops.common.errors import OpsError
from ops.tail.formatting import message_lines, read_message
from soak.harness.violation import describe
from tests.support.terminal_runner import TerminalRunner
from workstation.terminal import visible, visible_json

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
INVISIBLE = [0xAD, 0x200B, 0x200C, 0x200D, 0x2028, 0x2029, 0xFEFF, 0xE0041, 0xE000, 0xD800]
EVERY = "".join(map(chr, CONTROLS + BIDI + INVISIBLE))
# Sets a window's title, moves the cursor, writes to the clipboard, and shows digits in reverse.
HOSTILE = "홍길동\x1b]0;title\x07\x1b[2J\x9b1A\x1b]52;c;eA==\x1b\\\u202e1234\u202c\u2066\r\n\u2028\\x1b"
SHOWN = r"홍길동\x1b]0;title\x07\x1b[2J\x9b1A\x1b]52;c;eA==\x1b\\\u202e1234\u202c\u2066\r\n\u2028\\x1b"
ESCAPE = re.compile(r"\\(?:[\\tnr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
DOCUMENT = {"documentId": "0" * 32, "kind": "id-card", "bucket": HOSTILE, "key": HOSTILE, "eTag": HOSTILE, "size": 1}
ENVELOPE = {"specversion": "1.0", "id": "0" * 32, "source": HOSTILE, "subject": HOSTILE, "time": HOSTILE,
            "datacontenttype": "application/json"}  # fmt: skip
RESULT = {
    "idType": HOSTILE,
    "keyValues": [{"key": HOSTILE, "value": HOSTILE, "conf": 0.5}],
    "cardNums": [{"value": HOSTILE, "conf": 0.5}],
    "totalCardNum": HOSTILE,
    "validThru": {"value": HOSTILE, "conf": 0.5},
}
OFFER = {"expiresAt": HOSTILE, "request": {"name": HOSTILE}, "missing": []}
ANALYZED: dict[str, Any] = {
    **ENVELOPE,
    "type": "sealed-ocr.document.analyzed.v1",
    "data": {"document": DOCUMENT, "result": RESULT, "verification": OFFER},
}
REJECTED: dict[str, Any] = {
    **ENVELOPE,
    "type": "sealed-ocr.document.rejected.v1",
    "data": {"document": DOCUMENT, "rejection": {"code": HOSTILE, "resultCode": 1, "reason": HOSTILE}},
}
VERDICT = Verdict(HOSTILE, 409, {"type": HOSTILE, "detail": HOSTILE})


def clean(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


def message(event: dict[str, Any], *, ascii_only: bool = False) -> Message:
    return Message(json.dumps(event, ensure_ascii=ascii_only), event)


def tail(event: dict[str, Any], *, show_values: bool) -> None:
    for line in message_lines(read_message(json.dumps(event), show_values=show_values)):
        console.print_line(line)


def progress(show: Callable[[ProgressDisplay], None]) -> None:
    with ProgressDisplay() as display:
        show(display)


def test_every_invisible_character_is_escaped_and_visible_ones_stay() -> None:
    assert clean(visible(EVERY))
    assert visible("홍길동 Köln 漢字 😀 4111-1111, a/b.png") == "홍길동 Köln 漢字 😀 4111-1111, a/b.png"
    assert (
        visible("\x1b\x9b\u202e\u2069\u2028\n\t\ud800\U000e0041") == r"\x1b\x9b\u202e\u2069\u2028\n\t\ud800\U000e0041"
    )


def test_what_looks_like_an_escape_is_none() -> None:
    assert visible("\x1b") == r"\x1b"
    assert visible(r"\x1b") == r"\\x1b"


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_shown_is_clean_and_stands_for_one_text_only(text: str) -> None:
    shown = visible(text)
    assert clean(shown)
    assert "\n" not in shown
    assert ESCAPE.sub(lambda found: str(ast.literal_eval(f'"{found[0]}"')), shown) == text


@given(st.text(st.characters(exclude_categories=())))
def test_json_stays_the_same_json(text: str) -> None:
    shown = visible_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert clean(shown)
    assert "\n" not in shown
    assert json.loads(shown) == {text: [text]}


PRINTERS: dict[str, Callable[[], object]] = {
    "ops tail, analyzed": lambda: tail(ANALYZED, show_values=False),
    "ops tail, rejected": lambda: tail(REJECTED, show_values=False),
    "ops tail --show-values, analyzed": lambda: tail(ANALYZED, show_values=True),
    "ops tail --show-values, rejected": lambda: tail(REJECTED, show_values=True),
    "ops line": lambda: console.print_line(HOSTILE, "red"),
    "ops error": lambda: console.print_error(HOSTILE),
    "local run, analyzed": lambda: print_document(HOSTILE, message(ANALYZED)),
    "local run, rejected": lambda: print_document(HOSTILE, message(REJECTED)),
    "local run --json": lambda: _print_message(message(ANALYZED), HOSTILE, as_json=True),
    "local run --json, escaped": lambda: _print_message(message(ANALYZED, ascii_only=True), HOSTILE, as_json=True),
    "local run --verify": lambda: print_verdict(HOSTILE, VERDICT),
    "local up": lambda: print_line(HOSTILE),
    "soak": lambda: Console().out(describe(AssertionError(f"two\n{HOSTILE}")), highlight=False),
    "local step": lambda: progress(lambda display: display.step(HOSTILE)),
    "local note": lambda: progress(lambda display: display.note(HOSTILE)),
}


@pytest.mark.parametrize("show", PRINTERS.values(), ids=PRINTERS)
def test_a_printer_shows_strangers_text_escaped(show: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> None:
    show()
    printed = "".join(capsys.readouterr())
    assert clean(printed)
    assert printed


def test_values_and_keys_are_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    tail(ANALYZED, show_values=True)
    assert capsys.readouterr().out.count(SHOWN) == 1 + 1 + 2 + 1 + 1 + 1 + 1


def test_json_for_programs_keeps_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    for each in (message(ANALYZED), Message(json.dumps(ANALYZED, indent=1, ensure_ascii=False), ANALYZED)):
        _print_message(each, HOSTILE, as_json=True)
        line = capsys.readouterr().out
        assert line.count("\n") == 1
        assert "홍길동" in line
        assert json.loads(line) == ANALYZED


def test_the_changing_line_on_a_terminal_is_escaped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # rich then takes any stream for a terminal.
    monkeypatch.setenv("FORCE_COLOR", "1")
    progress(lambda display: display.update(HOSTILE))
    printed = capsys.readouterr().err
    assert r"\x1b]0;title\x07" in printed
    assert not {"\x1b]", "\x07", "\x9b", "\u202e"} & {*printed, *(printed[at : at + 2] for at in range(len(printed)))}


def test_log_lines_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers = root.handlers
    root.handlers = []
    try:
        progress(lambda _: logging.getLogger("x").warning("%s", HOSTILE))
    finally:
        root.handlers = handlers
    printed = capsys.readouterr().err
    assert clean(printed)
    assert r"\x1b]0;title\x07" in printed


def test_questions_and_errors_are_escaped() -> None:
    app = typer.Typer(cls=ops.cli._ErrorReportingGroup)

    @app.command()
    def ask() -> None:
        console.confirm(HOSTILE, yes=False)
        raise OpsError(HOSTILE)

    @app.command()
    def other() -> None:
        """Make this a group of commands."""

    ended = TerminalRunner().invoke(app, ["ask"], input="y\n")
    assert clean(ended.output)
    assert ended.output.count(r"\x1b]0;title\x07") == 2
    ended = CliRunner().invoke(local.cli.commands.app, ["run", "--reader", HOSTILE])
    assert clean(ended.output)
    ended = CliRunner().invoke(local.cli.commands.app, ["run", HOSTILE.replace("\\", "")])
    assert clean(ended.output)
    assert r"\x1b]0;title\x07" in ended.output


# Files that write to a terminal, and why what they write needs no test here, or which printer above it is.
WRITERS = {
    "bench/__main__.py": "figures of benchmarks",
    "bench/ocr_accuracy.py": "figures of specimens",
    "bench/erasure.py": "figures of benchmarks",
    "bench/hostile_report.py": "figures of specimens",
    "bench/log_bytes.py": "figures of benchmarks",
    "bench/services/aws_server.py": "its address",
    "bench/services/ocr_server.py": "its address",
    "bench/share.py": "figures of benchmarks",
    "bench/starts/measure.py": "figures of benchmarks",
    "bench/verification.py": "figures of benchmarks",
    "emulator/__main__.py": "its address; why it cannot listen on the given one",
    "emulator/specimens/__main__.py": "the paths that it was given",
    "examples/upload_page.py": "its address",
    "examples/uploader.py": "the key that it made, or what it signed",
    "infra/cdk.py": "fixed sentences",
    "local/cli/commands.py": "usage errors, tested",
    "local/cli/output.py": "tested",
    "local/cli/progress.py": "tested",
    "local/processes/moto_server.py": "its address",
    "ops/common/console.py": "tested",
    "schemas/message_examples.py": "the steps of its set-up",
    "schemas/codegen/__main__.py": "names of members and files of the project",
    "soak/__main__.py": "tested",
    "soak/harness/report.py": "names and counts of its own",
}


def writes(path: Path) -> bool:
    """Whether a file prints by one of the means that this project uses."""
    source = path.read_text()
    # Parsing every file takes seconds.
    if not any(word in source for word in ("print(", "rich.console", "typer.", "click.", "sys.std")):
        return False
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="print" | "pprint")):
                return True
            case ast.Call(
                func=ast.Attribute(attr="write" | "writelines", value=ast.Attribute(value=ast.Name(id="sys")))
            ):
                return True
            case ast.Attribute(value=ast.Name(id="typer" | "click"), attr="confirm" | "echo" | "prompt" | "secho"):
                return True
            case ast.ImportFrom(module="rich.console" | "rich", names=names) if {"Console", "print"} & {
                each.name for each in names
            }:
                return True
            case _:
                continue
    return False


def test_no_writer_is_forgotten() -> None:
    """A new file that writes to a terminal passes what strangers wrote through ``visible``, and is tested above."""
    folders = ["bench", "emulator", "examples", "infra", "local", "ops", "schemas", "soak", "workstation"]
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]
    assert {str(path.relative_to(ROOT)) for path in paths if writes(path)} == WRITERS.keys()


def test_reports_are_escaped_and_json_is_remembered_for_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    ended = CliRunner().invoke(ops.cli.app, ["--outputs", HOSTILE, "doctor", "--json"])
    report = json.loads(ended.stdout)
    assert report["wrong"] == 1
    assert HOSTILE in report["findings"][0]["sentence"]
    assert clean(ended.stdout)
    assert clean(ended.stderr)
    assert "The stack: the outputs" in ended.stderr
    console.print_line("to standard output")
    assert capsys.readouterr().out == "to standard output\n"
