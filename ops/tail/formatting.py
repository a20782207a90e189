"""Formats a message of the results queue for an operator, without values unless they are requested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from sealed_ocr.analysis.messages import Analyzed, Delayed, Rejected

T = TypeVar("T")

MASK = "•••"


def message_lines(body: str, *, show_values: bool) -> list[str]:
    """Return the lines to print for a message. Without ``show_values`` they hold no value and no object key."""
    event = _decode(body, Analyzed) or _decode(body, Rejected) or _decode(body, Delayed)
    if event is None:
        return ["a message that is not an event of this pipeline"]
    document = event.data.document
    header = f"{event.time}  {document.document_id}  {document.kind or 'unknown kind'}"
    key = [f"  key: {document.key}"] if show_values else []
    if isinstance(event, Rejected):
        rejection = event.data.rejection
        code = "" if rejection.result_code is msgspec.UNSET else f" ({rejection.result_code})"
        return [f"{header}  rejected: {rejection.code}{code}", *key, f"  {rejection.reason}"]
    if isinstance(event, Delayed):
        delay = event.data.delay
        return [f"{header}  delayed: {delay.code}", *key, f"  {delay.reason}"]
    fields = [_field_line(*field, show_values=show_values) for field in _fields(event.data.result)]
    offer = [] if event.data.verification is msgspec.UNSET else [f"  offer: until {event.data.verification.expires_at}"]
    return [f"{header}  analyzed", *key, *fields, *offer]


def _decode(body: str, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _field_line(name: str, value: Any, confidence: Any, *, show_values: bool) -> str:
    shown = ("" if value is None else str(value)) if show_values else MASK
    return f"  {name}: {shown}" + (f"  ({confidence})" if isinstance(confidence, int | float) else "")


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
