"""The lines of the functions' logs about one document: from CloudWatch Logs, or from a local pipeline's files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.common.timestamps import timestamp

from ops.common.stack import DeployedStack

_PAGE = 1000
# Fields of a line that say where it belongs, not what happened.
_IDENTITY = frozenset(
    [
        *("level", "location", "message", "timestamp", "service", "event", "xray_trace_id", "cold_start"),
        *("documentId", "attemptId", "function_request_id", "receiveCount"),
    ]
)
# Lambda's own lines about an invocation that it ended.
_KILLED = re.compile(r"(?P<id>[0-9a-f-]{36}) (?P<text>Task timed out after [\d.]+ seconds|Error: Runtime exited.*)")
_REPORT = re.compile(
    r"RequestId: (?P<id>[0-9a-f-]{36})\b.*\b(?P<text>(?:Status: (?:timeout|error)|Error Type: )[^\t]*)"
)


class LogLine(msgspec.Struct, rename="camel", frozen=True):
    """A line of a function's log. ``event`` is None for a line of Lambda itself. It holds no personal data."""

    at: str
    event: str | None
    attempt_id: str | None
    request_id: str | None
    receive_count: int | None
    text: str


class CloudWatchSource:
    """The functions' log groups. Every method raises ``AwsError`` if AWS fails or refuses."""

    def __init__(self, stack: DeployedStack) -> None:
        self._stack = stack

    def lines(self, document_id: str, since: float) -> list[LogLine]:
        """Return the lines about the document, and Lambda's about its invocations; ``since`` is in epoch seconds."""
        outputs, found = self._stack.outputs, []
        for function in (outputs.analyze_function_name, outputs.verify_function_name):
            group = self._group(function)
            pattern = f'{{ $.documentId = "{document_id}" }}'
            own = list(parse(self._events(group, pattern, since), document_id))
            found += own
            # Only an invocation that wrote no end can have been killed.
            for request_id in sorted({line.request_id for line in own if line.request_id}):
                found += parse_platform(self._events(group, f'"{request_id}"', since), request_id)
        return sorted(found, key=lambda line: line.at)

    def _group(self, function: str) -> str:
        with translate_errors("GetFunctionConfiguration"):
            found = self._stack.clients.functions.get_function_configuration(FunctionName=function)
        return found.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function}"

    def _events(self, group: str, pattern: str, since: float) -> Iterator[tuple[float, str]]:
        request: dict[str, Any] = {
            "logGroupName": group,
            "filterPattern": pattern,
            "startTime": int(since * 1000),
            "limit": _PAGE,
        }
        while True:
            with translate_errors("FilterLogEvents"):
                answer = self._stack.clients.logs.filter_log_events(**request)
            for event in answer.get("events", []):
                yield event["timestamp"] / 1000, event["message"]
            if not answer.get("nextToken"):
                return
            request["nextToken"] = answer["nextToken"]


class FileSource:
    """The log files of a local pipeline's functions, which has no CloudWatch Logs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lines(self, document_id: str, since: float) -> list[LogLine]:
        """Return the lines about the document. They have the time that the function wrote."""
        found: list[LogLine] = []
        for path in sorted(self._folder.glob("*Function*.log")):
            lines = path.read_text(errors="replace").splitlines()
            found += (line for line in parse(((0, line) for line in lines), document_id) if line.at >= timestamp(since))
        return sorted(found, key=lambda line: line.at)


def parse(events: Iterable[tuple[float, str]], document_id: str) -> Iterator[LogLine]:
    """Yield those of the lines that are about the document. Each comes with its time, which its own one replaces."""
    for at, text in events:
        try:
            line = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError):
            continue
        if not isinstance(line, dict) or line.get("documentId") != document_id:
            continue
        # Only warnings and errors have a text.
        message = str(line.get("message", ""))
        more = ", ".join(f"{name} {value}" for name, value in line.items() if name not in _IDENTITY)
        yield LogLine(
            timestamp(_time(line.get("timestamp"), at)),
            line.get("event"),
            line.get("attemptId"),
            line.get("function_request_id"),
            line.get("receiveCount"),
            f"{message} ({more})" if message and more else message or more,
        )


def parse_platform(events: Iterable[tuple[float, str]], request_id: str) -> Iterator[LogLine]:
    """Yield Lambda's own lines that say that it ended the invocation."""
    said: set[str] = set()
    for at, text in events:
        found = _KILLED.search(text) or _REPORT.search(text)
        if found and found["id"] == request_id and found["text"] not in said:
            said.add(found["text"])
            yield LogLine(timestamp(at), None, None, request_id, None, f"Lambda: {found['text'].strip()}")


def _time(written: object, otherwise: float) -> float:
    """Return the time that a line says, as Powertools writes it: ``2026-11-26 10:00:00,123+0000``."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S,%f%z").timestamp()
    except ValueError:
        return otherwise
