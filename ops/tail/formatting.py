"""Formats a message of the results queue for an operator, without values unless they are requested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from sealed_ocr.analysis.erased import Erased
from sealed_ocr.analysis.messages import Analyzed, Delayed, Rejected
from sealed_ocr.analysis.sealed_message import Sealed

from workstation.sealed_messages import Opener, PrivateKeyFault, kid_of

T = TypeVar("T")

MASK = "•••"


class FieldReport(msgspec.Struct, rename="camel", frozen=True):
    """A recognised field. ``value`` is left out unless values are shown."""

    name: str
    confidence: float | None
    value: Any = msgspec.UNSET


class MessageReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``tail --json`` prints for a message. ``type`` is ``unknown`` if it is no event of this pipeline.

    ``code`` is that of a rejection or a delay; ``key`` is left out unless values are shown. ``sealed_to`` is the name
    of the key that the message is sealed to. If it could not be opened, ``reason`` says so.
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
    sealed_to: str | None = None


def read_message(body: str, *, show_values: bool, opener: Opener | None = None) -> MessageReport:
    """Read a message. Without ``show_values`` the report holds no value and no object key.

    ``opener`` opens a message that is sealed.
    """
    sealed = _decode(body, Sealed)
    return _read_sealed(body, sealed, opener, show_values) if sealed else _read_open(body, show_values)


def _read_sealed(body: str, sealed: Sealed, opener: Opener | None, show_values: bool) -> MessageReport:
    kid = None
    try:
        kid = kid_of(msgspec.to_builtins(sealed))
        if opener:
            return msgspec.structs.replace(_read_open(opener.open(body), show_values), sealed_to=kid)
        why = f"sealed to the key {kid}; --private-key opens it"
    except PrivateKeyFault as fault:
        why = str(fault)
    data, document = sealed.data, sealed.data.document
    return MessageReport(
        data.outcome,
        sealed.time,
        document.document_id,
        document.kind,
        None if data.code is msgspec.UNSET else data.code,
        None if data.result_code is msgspec.UNSET else data.result_code,
        why,
        [],
        None,
        sealed_to=kid,
    )


def _read_open(body: str, show_values: bool) -> MessageReport:
    event = _decode(body, Analyzed) or _decode(body, Rejected) or _decode(body, Delayed)
    if event is None:
        return _read_erasure(body)
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


def _read_erasure(body: str) -> MessageReport:
    event = _decode(body, Erased)
    if event is None:
        return MessageReport("unknown", None, None, None, None, None, None, [], None)
    return MessageReport("erased", event.time, event.data.document.document_id, None, None, None, None, [], None)


def message_lines(message: MessageReport) -> list[str]:
    """Return the lines to print for a message."""
    if message.type == "unknown":
        return ["a message that is not an event of this pipeline"]
    if message.type == "erased":
        return [f"{message.time}  {message.document_id}  erased"]
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
