"""The saved queries find in the function's real log what they promise, and name only fields that lines have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sealed_ocr.runtime.event_specs import EVENT_SPECS

from emulator.control.counters import digest
from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from infra.log_queries import LOG_QUERIES
from tests.support.analyze_function import AnalyzeProcess
from tests.support.documents import draw
from tests.support.log_lines import ALWAYS, IDENTITY, lines_of
from tests.support.logs_insights import TIMESTAMP, Row, fields_of, run_query
from tests.support.stage import Stage

KNOWN = ALWAYS | IDENTITY | {field for spec in EVENT_SPECS.values() for field in spec.fields}


@pytest.mark.unit
@pytest.mark.parametrize("name", LOG_QUERIES)
def test_a_query_names_only_fields_that_lines_have(name: str) -> None:
    named = fields_of(LOG_QUERIES[name])
    assert named
    assert named - KNOWN - {"attempts", "answered"} == set()


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
