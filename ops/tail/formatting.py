"""Formats a message of the results queue for an operator, without values unless they are requested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from sealed_ocr.analysis.messages import Analyzed, Delayed, Rejected

T = TypeVar("T")

MASK = "•••"


class FieldReport(msgspec.Struct, rename="camel", frozen=True):
    """A recognised field. ``value`` is left out unless values are shown."""

    name: str
    confidence: float | None
    value: Any = msgspec.UNSET


class MessageReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``tail --json`` prints for a message. ``type`` is ``unknown`` if it is no event of this pipeline.

    ``code`` is that of a rejection or a delay; ``key`` is left out unless values are shown.
    """

    type: str
    time: str | None
    document_id: str | None
    kind: str | None
    code: str | None
    result_code: int | None
    reason: str | None
    fields: list[FieldReport]
    offer_until: str | None
    key: str | msgspec.UnsetType = msgspec.UNSET


def read_message(body: str, *, show_values: bool) -> MessageReport:
    """Read a message. Without ``show_values`` the report holds no value and no object key."""
    event = _decode(body, Analyzed) or _decode(body, Rejected) or _decode(body, Delayed)
    if event is None:
        return MessageReport("unknown", None, None, None, None, None, None, [], None)
    document = event.data.document
    code: str | None = None
    result_code = reason = offer_until = None
    fields: list[FieldReport] = []
    if isinstance(event, Rejected):
        code, reason = event.data.rejection.code, event.data.rejection.reason
        result_code = event.data.rejection.result_code
    elif isinstance(event, Delayed):
        code, reason = event.data.delay.code, event.data.delay.reason
    else:
        fields = [
            FieldReport(
                name,
                confidence if isinstance(confidence, int | float) else None,
                value if show_values else msgspec.UNSET,
            )
            for name, value, confidence in _fields(event.data.result)
        ]
        if event.data.verification is not msgspec.UNSET:
            offer_until = event.data.verification.expires_at
    return MessageReport(
        type(event).__name__.lower(),
        event.time,
        document.document_id,
        document.kind,
        code,
        None if result_code is msgspec.UNSET else result_code,
        reason,
        fields,
        offer_until,
        document.key if show_values else msgspec.UNSET,
    )


def message_lines(message: MessageReport) -> list[str]:
    """Return the lines to print for a message."""
    if message.type == "unknown":
        return ["a message that is not an event of this pipeline"]
    code = f": {message.code}" if message.code else ""
    result_code = f" ({message.result_code})" if message.result_code is not None else ""
    return [
        f"{message.time}  {message.document_id}  {message.kind or 'unknown kind'}  {message.type}{code}{result_code}",
        *([] if message.key is msgspec.UNSET else [f"  key: {message.key}"]),
        *([f"  {message.reason}"] if message.reason else []),
        *map(_field_line, message.fields),
        *([f"  offer: until {message.offer_until}"] if message.offer_until else []),
    ]


def _decode(body: str, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _field_line(field: FieldReport) -> str:
    shown = MASK if field.value is msgspec.UNSET else "" if field.value is None else str(field.value)
    return f"  {field.name}: {shown}" + ("" if field.confidence is None else f"  ({field.confidence})")


def _fields(result: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and confidence of each field, as the API guide defines them for ID cards and credit cards."""
    for pair in result.get("keyValues") or ():
        yield str(pair.get("key")), pair.get("value"), pair.get("conf")
    for number, group in enumerate(result.get("cardNums") or ()):
        yield f"cardNums[{number}]", group.get("value"), group.get("conf")
    for name in ("totalCardNum", "validThru"):
        if (found := result.get(name)) is not None:
            recognised = found if isinstance(found, dict) else {"value": found}
            yield name, recognised.get("value"), recognised.get("conf")
