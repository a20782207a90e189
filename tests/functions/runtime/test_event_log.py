"""No line is without its event, no event without a line, and threads do not mix their documents."""

from __future__ import annotations

import ast
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.event_specs import EVENT_SPECS, Level

from tests.support.polling import PATIENCE

pytestmark = pytest.mark.unit

FUNCTIONS = Path(__file__).parents[3] / "functions"
SEALED_OCR = FUNCTIONS / "sealed_ocr"
TREES = {path: ast.parse(path.read_text()) for path in FUNCTIONS.rglob("*.py") if "build" not in path.parts}
OF_THE_LOG = {
    SEALED_OCR / "common" / "log_event.py",
    SEALED_OCR / "runtime" / "event_log.py",
    SEALED_OCR / "runtime" / "event_specs.py",
}


def test_every_event_has_lines_of_one_form() -> None:
    assert EVENT_SPECS.keys() == set(LogEvent)


def test_only_warnings_and_errors_have_a_text() -> None:
    for event, spec in EVENT_SPECS.items():
        written = io.StringIO()
        EventLog(f"text-{event}", written).write(event)
        assert json.loads(written.getvalue()).get("message") == spec.message
        assert (spec.message is None) == (spec.level is Level.INFO)


def test_every_event_is_recorded_somewhere() -> None:
    recorded = {
        node.attr
        for path, tree in TREES.items()
        if path not in OF_THE_LOG
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "LogEvent"
    }
    assert recorded == {event.name for event in LogEvent}


@pytest.mark.parametrize("path", sorted(TREES.keys() - OF_THE_LOG), ids=lambda path: path.name)
def test_only_the_event_log_writes(path: Path) -> None:
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.ImportFrom):
            assert not {"Logger", "logging", "warnings", "stdout", "stderr"} & {alias.name for alias in node.names}
        # A logger of a library may be silenced.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            made = node.func.value
            if isinstance(made, ast.Name) and made.id == "logging":
                assert node.func.attr == "getLogger"
            if isinstance(made, ast.Call) and ast.unparse(made.func) == "logging.getLogger":
                assert node.func.attr == "setLevel"
        assert not (isinstance(node, ast.Name) and node.id == "print")
        assert not (isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"})


def test_threads_do_not_mix_their_documents() -> None:
    written = io.StringIO()
    log = EventLog("threads", written)
    log.begin_invocation("r")
    together = threading.Barrier(4, timeout=PATIENCE)

    def attempt(number: int) -> None:
        with log.about(documentId=f"d{number}"):
            together.wait()
            log.identify(attemptId=f"a{number}")
            together.wait()
            log.write(LogEvent.IMAGE_OPENED, bytes=number)
        log.write(LogEvent.IMAGE_OPENED, bytes=number)

    with ThreadPoolExecutor(4) as threads:
        # Twice as many documents as threads, so that each thread has a second one.
        list(threads.map(attempt, range(8)))
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    named = [line for line in lines if "documentId" in line]
    assert sorted(line["bytes"] for line in named) == list(range(8))
    for line in named:
        assert (line["documentId"], line["attemptId"]) == (f"d{line['bytes']}", f"a{line['bytes']}")
    # After its document, a thread names none.
    assert len(lines) - len(named) == 8
    assert not [line for line in lines if "documentId" not in line and "attemptId" in line]
    assert {line["function_request_id"] for line in lines} == {"r"}


def test_a_field_that_is_none_is_left_out() -> None:
    written = io.StringIO()
    EventLog("absent", written).write(LogEvent.ATTEMPT_DEFERRED, why="busy", until=None)
    line = json.loads(written.getvalue())
    assert line["why"] == "busy"
    assert "until" not in line
