"""A message of the results queue for an operator's eyes: what became of a document, and its values only on demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from sealed_ocr.analysis.messages import Analyzed, Rejected

T = TypeVar("T")

MASK = "•••"


def lines(body: str, *, show_values: bool) -> list[str]:
    """Return what there is to show of a message. Without ``show_values`` neither a value nor the object's key."""
    event = _event(body, Analyzed) or _event(body, Rejected)
    if event is None:
        return ["a message that is no event of this pipeline's"]
    document = event.data.document
    about = [f"{event.time}  {document.document_id}  {document.kind or 'unknown kind'}"]
    if show_values:
        about.append(f"  key: {document.key}")
    if isinstance(event, Rejected):
        rejection = event.data.rejection
        code = "" if rejection.result_code is msgspec.UNSET else f" ({rejection.result_code})"
        return [f"{about[0]}  rejected: {rejection.code}{code}", *about[1:], f"  {rejection.reason}"]
    read = [_field(*each, show_values=show_values) for each in _fields(event.data.result)]
    offer = [] if event.data.verification is msgspec.UNSET else [f"  offer: until {event.data.verification.expires_at}"]
    return [f"{about[0]}  analyzed", *about[1:], *read, *offer]


def _event(body: str, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _field(name: str, value: Any, confidence: Any, *, show_values: bool) -> str:
    shown = ("" if value is None else str(value)) if show_values else MASK
    return f"  {name}: {shown}" + (f"  ({confidence})" if isinstance(confidence, int | float) else "")


def _fields(result: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and confidence, as the guide has them for ID cards and for credit cards."""
    for pair in result.get("keyValues") or ():
        yield str(pair.get("key")), pair.get("value"), pair.get("conf")
    for number, group in enumerate(result.get("cardNums") or (), 1):
        yield f"cardNums[{number}]", group.get("value"), group.get("conf")
    for name in ("totalCardNum", "validThru"):
        if (found := result.get(name)) is not None:
            whole = found if isinstance(found, dict) else {"value": found}
            yield name, whole.get("value"), whole.get("conf")
