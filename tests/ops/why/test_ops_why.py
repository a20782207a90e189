"""why: the ledger and the logs of a document, joined."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.common.attempt_end import AttemptEnd

from emulator.faults.kinds import ResetAfterBody
from ops.common.images import current_version, possible_events
from ops.story.story import tell
from ops.why.answer import answer
from ops.why.command import WhyReport
from ops.why.log_lines import parse, parse_platform
from tests.ops.live_pipeline import LivePipeline, specimen

REQUEST = "6f1c2d3e-0000-4000-8000-000000000000"


def line(document_id: str, at: float, **fields: object) -> str:
    """Return a line as the functions write it."""
    written = datetime.fromtimestamp(at, UTC)
    return json.dumps(
        {
            "level": "INFO",
            "timestamp": f"{written:%Y-%m-%d %H:%M:%S},{written.microsecond // 1000:03}+0000",
            "service": "analyze",
            "function_request_id": REQUEST,
            "event": "attempt.started",
            "documentId": document_id,
            **fields,
        }
    )


@pytest.mark.unit
def test_only_lines_about_the_document_are_read() -> None:
    texts = [
        line("a", 1.5, attemptId="7f3a", receiveCount=2, last=False),
        line("b", 1),
        "no JSON",
        "[]",
        '{"documentId": ["a"]}',
        line("a", 2, timestamp="of another format"),
        line("a", 8, event="result.not_sent", message="the message could not be sent", fault="refused"),
    ]
    found = list(parse(((7.0, text) for text in texts), "a"))
    assert [(each.at, each.attempt_id, each.receive_count) for each in found] == [
        ("1970-01-01T00:00:01.500Z", "7f3a", 2),
        ("1970-01-01T00:00:07.000Z", None, None),
        ("1970-01-01T00:00:08.000Z", None, None),
    ]
    assert [each.text for each in found] == ["last False", "", "the message could not be sent (fault refused)"]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"2026-11-26T09:00:00.000Z {REQUEST} Task timed out after 120.00 seconds", "Task timed out"),
        (f"RequestId: {REQUEST} Error: Runtime exited with error: signal: killed", ""),
        (f"REPORT RequestId: {REQUEST}\tDuration: 120000.00 ms\tStatus: timeout", "Status: timeout"),
        (
            f"REPORT RequestId: {REQUEST}\tDuration: 3 ms\tStatus: error\tError Type: Runtime.ExitError",
            "Runtime.ExitError",
        ),
        (f"REPORT RequestId: {REQUEST}\tDuration: 3 ms\tMax Memory Used: 92 MB", None),
        (line("a", 1, fault="Task timed out after 3 seconds"), None),
    ],
)
def test_lambdas_own_lines_say_that_it_ended_an_invocation(text: str, said: str | None) -> None:
    found = list(parse_platform([(1.0, text)], REQUEST))
    assert len(found) == (said is not None)
    assert all((said or "") in each.text for each in found)


def test_a_document_that_was_called_twice_is_explained(pipeline: LivePipeline, folder: str) -> None:
    key = f"credit-card/{folder}/twice.png"
    pipeline.ocr.fault(ResetAfterBody(operation="credit-card"))
    pipeline.upload(key, specimen("credit-card", 1))
    version = current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key)
    event = pipeline.wait_for(
        lambda: next(
            (each for each in possible_events(version) if pipeline.item(each.document_id).get("state") == "unknown"),
            None,
        )
    )
    document_id = event.document_id
    waiting = pipeline.run("why", "--key", key)
    assert waiting.exit_code == 0, waiting.output
    assert "Next attempt: not before" in waiting.output
    # S3 may send an event twice. The deferred message would come only after its wait.
    pipeline.client("sqs").send_message(QueueUrl=pipeline.outputs.uploads_queue_url, MessageBody=event.body)
    pipeline.wait_for(lambda: pipeline.is_done(document_id))
    ended = pipeline.run("why", document_id, "--json")
    assert ended.exit_code == 0, ended.output
    report = msgspec.json.decode(ended.stdout, type=WhyReport)
    assert report.document.calls == "Calls: 1 answered, 1 that may have been billed."
    assert "It was called for up to 2 times:" in report.answer
    first, second = (sentence for sentence in report.answer if "attempt " in sentence and sentence.startswith("  "))
    assert "OutcomeUnknown" in first
    assert "The log says: " in first
    assert "the outcome of the call is unknown" in first
    assert "so one more attempt was permitted" in first
    assert "analyzed, and its message was sent" in second
    assert report.log
    assert {"attempt.started", "call.outcome_unknown", "attempt.deferred", "result.sent"} <= {
        each.event for each in report.log
    }
    assert {each.attempt_id for each in report.log} >= {attempt.attempt_id for attempt in report.document.attempts}
    requests = {(each.request_id or "")[:8] for each in report.log}
    assert requests >= {attempt.invocation_id for attempt in report.document.attempts}
    assert key not in ended.output


def test_the_lines_of_cloudwatch_are_found_by_document(
    pipeline: LivePipeline,
    folder: str,
    deployed: Callable[..., str],
    function: Callable[[str], str],
) -> None:
    analyze, verify = function(pipeline.ocr.url), function(pipeline.ocr.url)
    logs, now = pipeline.client("logs"), time.time()
    document_id = uuid.uuid4().hex
    lines = {
        analyze: [
            line(document_id, now, attemptId="7f3a9c1e"),
            # An earlier version wrote the whole id.
            line(document_id, now, event="image.opened", attemptId="7f3a9c1e" + "0" * 24),
            line(uuid.uuid4().hex, now, attemptId="someone else"),
            f"2026-11-26T09:00:00.000Z {REQUEST} Task timed out after 120.00 seconds",
        ],
        verify: [line(document_id, now + 1, event="verdict.given")],
    }
    for name, texts in lines.items():
        group = f"/aws/lambda/{name}"
        if group not in [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]:
            logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="stream")
        events = [{"timestamp": int(now * 1000), "message": text} for text in texts]
        logs.put_log_events(logGroupName=group, logStreamName="stream", logEvents=events)
    history = json.dumps(["7f3a9c1e", "6f1c2d3e", int(now)])
    pipeline.client("dynamodb").put_item(
        TableName=pipeline.outputs.documents_table_name,
        Item={
            "documentId": {"S": document_id},
            "state": {"S": "sending"},
            "attempts": {"N": "1"},
            "attemptId": {"S": "7f3a9c1e" + "0" * 24},
            "leaseUntil": {"N": "1"},
            "updatedAt": {"N": str(int(now))},
            "history": {"L": [{"S": history}]},
        },
    )
    stack = deployed(AnalyzeFunctionName=analyze, VerifyFunctionName=verify)
    command = ("--stack", stack, "--region", pipeline.environment["AWS_REGION"], "why", document_id)
    ended = pipeline.run(*command, SEALED_OCR_OUTPUTS="")
    assert ended.exit_code == 0, ended.output
    assert "someone else" not in ended.output
    assert "The log says: Lambda: Task timed out after 120.00 seconds." in ended.output
    assert re.search(r"attempt 7f3a9c1e  image\.opened$", ended.output, re.MULTILINE)
    assert re.search(r"  verdict\.given$", ended.output, re.MULTILINE)
    assert "The log has 4 lines about it:" in ended.output
    logs.delete_log_group(logGroupName=f"/aws/lambda/{verify}")
    ended = pipeline.run(*command, SEALED_OCR_OUTPUTS="")
    assert "The logs could not be read: FilterLogEvents failed: ResourceNotFoundException." in ended.output
    assert "killed" in ended.output


def test_a_document_that_nobody_knows_is_reported(pipeline: LivePipeline, folder: str) -> None:
    ended = pipeline.run("why", folder)
    assert ended.exit_code == 1
    assert "does not know it" in ended.output
    assert "The log has no line about it." in ended.output


def test_what_is_no_id_is_refused(pipeline: LivePipeline) -> None:
    ended = pipeline.run("why", "credit-card/card.png")
    assert ended.exit_code == 1
    assert "pass --key for an object's key" in ended.output


@pytest.mark.unit
@pytest.mark.parametrize(("earlier", "said"), [(False, "1 attempt failed"), (True, "1 attempt more failed")])
def test_attempts_that_were_not_billed_are_counted_beside_the_others(earlier: bool, said: str) -> None:
    held = Attempt("7f3a9c1e", "", 2, 1, AttemptEnd.UNBILLED, may_be_billed=False, fault="HeldBack")
    lost = Attempt("6f3a9c1e", "", 1, 1, AttemptEnd.UNKNOWN, fault="OutcomeUnknown")
    history = [attempt.encode() for attempt in ([lost] if earlier else []) + [held]]
    item = {"state": "free", "attempts": int(earlier), "attemptId": "7f3a9c1e", "history": history}
    assert any(sentence.startswith(f"{said} without being billed") for sentence in answer(tell("a", item, 5), []))
