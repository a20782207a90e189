"""The functions' log: a line for each event, with the invocation, the document and the attempt that it belongs to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import IO

import msgspec
from aws_lambda_powertools import Logger

from sealed_ocr.common.log_event import Field, LogEvent
from sealed_ocr.runtime.event_specs import EVENT_SPECS, Level

# Set by Lambda for each invocation: "Root=1-…;Parent=…;Sampled=1;Lineage=…".
_TRACE = "_X_AMZN_TRACE_ID"
# The first lines of an attempt.
_FIRST = frozenset({LogEvent.ATTEMPT_STARTED, LogEvent.CLAIM_STARTED})

# Each thread has a context of its own, and a batch has a thread for each document.
_identity: ContextVar[Mapping[str, str | int]] = ContextVar("identity", default=MappingProxyType({}))


class EventLog:
    """Writes the log. Nothing else in the functions does, so no line is without an event. Thread-safe."""

    def __init__(self, service: str | None = None, stream: IO[str] | None = None, level: str | None = None) -> None:
        """By default the environment names the service and the level, and the log is the standard output."""
        # The place of the call would always be in this file, and one line of an attempt is enough for its trace.
        self._logger = Logger(service, level, stream=stream, json_serializer=_json, location=None, xray_trace_id=None)
        self._write = {
            Level.INFO: self._logger.info,
            Level.WARNING: self._logger.warning,
            Level.ERROR: self._logger.error,
        }

    def begin_invocation(self, request_id: str) -> None:
        """Name the invocation in all further lines, of every thread. A function runs one invocation at a time."""
        self._logger.append_keys(function_request_id=request_id)

    @contextmanager
    def about(self, **identity: str | int) -> Iterator[None]:
        """Name a document or a delivery in the lines that this thread writes inside."""
        token = _identity.set({**_identity.get(), **identity})
        try:
            yield
        finally:
            _identity.reset(token)

    def identify(self, **identity: str | int) -> None:
        """Name an attempt too, until the end of the surrounding ``about``."""
        _identity.set({**_identity.get(), **identity})

    def write(self, event: LogEvent, /, **fields: Field) -> None:
        """Write a line. A field that is None is left out."""
        if event in _FIRST:
            fields["traceId"] = _recorded_trace()
        spec = EVENT_SPECS[event]
        self._write[spec.level](spec.message or "", extra={"event": event.value, **_identity.get(), **fields})


def _recorded_trace() -> str | None:
    """Return the trace of the invocation if X-Ray records it: Lambda names a trace for each, and samples some."""
    trace = dict(part.partition("=")[::2] for part in os.environ.get(_TRACE, "").split(";"))
    return trace.get("Root") if trace.get("Sampled") == "1" else None


def _json(line: dict[str, object]) -> str:
    # The logger has a text in every line.
    if not line["message"]:
        del line["message"]
    return msgspec.json.encode(line, enc_hook=str).decode()
