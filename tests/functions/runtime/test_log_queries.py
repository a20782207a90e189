"""The saved queries find in the function's real log what they promise, and name only fields that lines have."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.ocr.errors import OutcomeUnknown
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.event_specs import EVENT_SPECS
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability

from emulator.control.counters import digest
from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from infra import dashboard_widgets
from infra.log_queries import LOG_QUERIES
from tests.support.analyze_function import AnalyzeProcess
from tests.support.documents import draw
from tests.support.log_lines import ALWAYS, IDENTITY, lines_of
from tests.support.logs_insights import TIMESTAMP, Row, fields_of, run_query
from tests.support.stage import Stage

KNOWN = ALWAYS | IDENTITY | {"message"} | {field for spec in EVENT_SPECS.values() for field in spec.fields}


@pytest.mark.unit
@pytest.mark.parametrize("query", [*LOG_QUERIES.values(), *dashboard_widgets.LOG_QUERIES.values()])
def test_a_query_names_only_fields_that_lines_have(query: str) -> None:
    named = fields_of(query)
    assert named
    assert named - KNOWN - {"attempts", "answered"} == set()


@pytest.mark.unit
def test_every_line_with_an_error_says_its_fault() -> None:
    with_error = {event for event, spec in EVENT_SPECS.items() if "error" in spec.fields}
    assert LogEvent.INTERNAL_ERROR in with_error
    assert {event for event in with_error if "fault" not in EVENT_SPECS[event].fields} == set()


def fail(failure: Exception) -> None:
    raise failure


@pytest.mark.unit
def test_the_dashboard_shows_every_failure() -> None:
    written = io.StringIO()
    observability = Observability(EventLog("failures", written), MetricsBuffer())
    failures = {
        LogEvent.INTERNAL_ERROR: KeyError("personal"),
        LogEvent.CALL_OUTCOME_UNKNOWN: OutcomeUnknown("no answer came"),
        LogEvent.ATTEMPT_FAILED: AwsError("GetItem", "InternalServerError"),
    }
    for failure in failures.values():
        with pytest.raises(type(failure)) as raised:
            fail(failure)
        observability.attempt_failed("id-card", raised.value)
    observability.record(LogEvent.IMAGE_OPENED, bytes=1)
    lines = [line | {TIMESTAMP: line["timestamp"]} for line in lines_of(written.getvalue())]
    by_fault = run_query(dashboard_widgets.LOG_QUERIES["Failures by fault"], lines)
    assert {row["event"]: row["failures"] for row in by_fault} == dict.fromkeys(map(str, failures), 1)
    latest = run_query(dashboard_widgets.LOG_QUERIES["Latest warnings and errors"], lines)
    for rows in (by_fault, latest):
        assert {row["event"] for row in rows} == set(map(str, failures))
        (internal,) = (row["fault"] for row in rows if row["event"] == LogEvent.INTERNAL_ERROR)
        assert re.fullmatch(r"KeyError at test_log_queries\.py:\d+ < test_log_queries\.py:\d+", internal)


def test_the_queries_find_what_they_promise(
    start: Callable[..., AnalyzeProcess], stage: Stage, emulator: Emulator
) -> None:
    good, stale, lost, busy = (draw() for _ in range(4))
    emulator.fault(ResultCode(result_code=4000301, operation="id-card", image=digest(stale.content)))
    emulator.fault(NotJson(operation="id-card", image=digest(lost.content)))
    emulator.fault(ResultCode(result_code=4000006, operation="id-card", image=digest(busy.content), times=None))
    for number, drawn in enumerate((good, stale, lost, busy)):
        stage.announce(stage.upload(drawn, f"id-card/{number}.png"))
    function = start()
    ids = [document.document_id for document in stage.documents_announced()]
    assert function.deliver()[1] == 2
    stage.show_hidden()
    assert function.deliver()[1] == 1
    lines = [line | {TIMESTAMP: line["timestamp"]} for line in lines_of(function.log.read_text())]

    def find(name: str, document_id: str = "") -> list[Row]:
        return run_query(LOG_QUERIES[name].replace("DOCUMENT-ID", document_id), lines)

    story = find("One document's story", ids[2])
    # Which document of a batch reads the secret and fetches a key is left to the threads.
    assert [row["event"] for row in story if row["event"] not in {"secret.read", "public_key.fetched"}] == [
        *("attempt.started", "image.opened", "ocr.unanswered", "call.outcome_unknown", "attempt.deferred"),
        *("attempt.started", "image.opened", "ocr.answered", "result.sent"),
    ]
    assert len({row["attemptId"] for row in story}) == len({row["function_request_id"] for row in story}) == 2
    assert [row["receiveCount"] for row in story] == sorted(row["receiveCount"] for row in story)

    deferred = {row["why"]: (row["deferrals"], row["documents"]) for row in find("Why deferred")}
    assert deferred == {"LimitExceeded.4000006": (2, 1), "OutcomeUnknown": (1, 1)}
    assert all(row["lastUntil"].endswith("Z") for row in find("Why deferred"))

    twice = {row["documentId"]: row for row in find("Why called twice")}
    assert twice.keys() == {ids[1], ids[2], ids[3]}
    assert (twice[ids[1]]["attempts"], twice[ids[1]]["answered"], twice[ids[1]]["publicKeyRefused"]) == (1, 2, 1)
    assert (twice[ids[2]]["attempts"], twice[ids[2]]["unanswered"], twice[ids[2]]["outcomeUnknown"]) == (2, 1, 1)
    assert (twice[ids[3]]["attempts"], twice[ids[3]]["answered"], twice[ids[3]]["killed"]) == (2, 2, 0)

    slowest = [row["milliseconds"] for row in find("Slowest calls")]
    assert len(slowest) == 7
    assert slowest == sorted(slowest, reverse=True)

    codes = {(row["operation"], row["resultCode"]): row["answers"] for row in find("By result code")}
    assert codes == {("id-card", 0): 3, ("id-card", 4000301): 1, ("id-card", 4000006): 2}
