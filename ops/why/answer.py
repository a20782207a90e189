"""Says in sentences why a document was called for as often as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.log_event import LogEvent

from ops.story.attempts import KILLED, AttemptReport
from ops.story.story import DocumentStory
from ops.why.log_lines import LogLine
from workstation.terminal import pluralize

_RULES = {
    AttemptEnd.UNKNOWN: "so one more attempt was permitted",
    KILLED: "so its next delivery took it over",
}
# What a line of an attempt says whose call may have been billed.
_FAILURES = {
    LogEvent.ATTEMPT_FAILED,
    LogEvent.CALL_OUTCOME_UNKNOWN,
    LogEvent.INTERNAL_ERROR,
    LogEvent.OCR_UNANSWERED,
    LogEvent.RESULT_NOT_SENT,
}


def answer(story: DocumentStory, lines: Sequence[LogLine]) -> list[str]:
    """Return the sentences of the answer."""
    return list(_sentences(story, lines))


def _sentences(story: DocumentStory, lines: Sequence[LogLine]) -> Iterator[str]:
    yield story.sentence
    yield story.calls
    billed = [attempt for attempt in story.attempts if attempt.may_be_billed and attempt.end != AttemptEnd.FREED]
    if story.may_be_billed > len(billed):
        yield f"The ledger does not tell of {pluralize(story.may_be_billed - len(billed), 'attempt')} among them."
    if len(billed) > 1:
        yield f"It was called for up to {len(billed)} times:"
    for attempt in story.attempts:
        if attempt in billed or attempt.end == AttemptEnd.FREED:
            yield f"  {_sentence(attempt, lines, last=attempt is story.attempts[-1])}"
    unbilled = [attempt for attempt in story.attempts if attempt.end == AttemptEnd.UNBILLED]
    if unbilled:
        faults = ", ".join(sorted({attempt.fault or "no code" for attempt in unbilled}))
        yield f"{pluralize(len(unbilled), 'attempt')}{' more' if billed else ''} failed without being billed: {faults}."
    yield story.next_attempt.sentence


def _sentence(attempt: AttemptReport, lines: Sequence[LogLine], *, last: bool) -> str:
    if attempt.end == AttemptEnd.FREED:
        return f"{attempt.begun_at}: {attempt.sentence}."
    evidence = [line.text for line in lines_of(attempt, lines) if _explains(line, attempt)]
    rule = "" if last else _RULES.get(attempt.end, "")
    return (
        f"{attempt.begun_at}: attempt {attempt.attempt_id}, {attempt.sentence}"
        + (f". The log says: {'; '.join(dict.fromkeys(evidence))}" if evidence else "")
        + (f". A call without a trusted answer is repeated once, {rule}" if rule else "")
        + "."
    )


def lines_of(attempt: AttemptReport, lines: Sequence[LogLine]) -> list[LogLine]:
    """Return the lines of an attempt, and those of Lambda about its invocation."""
    return [
        line
        for line in lines
        if attempt.attempt_id
        and (
            (line.attempt_id or "").startswith(attempt.attempt_id)
            or (
                line.event is None
                and attempt.invocation_id
                and (line.request_id or "").startswith(attempt.invocation_id)
            )
        )
    ]


def _explains(line: LogLine, attempt: AttemptReport) -> bool:
    """Whether a line says why the attempt failed. What happened to a killed one, Lambda says, if anybody."""
    if attempt.end == KILLED:
        return line.event is None or line.event == LogEvent.LEDGER_WRITE_FAILED
    return attempt.end == AttemptEnd.UNKNOWN and line.event in _FAILURES
