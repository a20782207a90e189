"""Reads a message into the types of ``message_types.py``, which are generated from Sealed OCR's schemas."""

from __future__ import annotations

from typing import Annotated

from message_types import Analyzed, Delayed, Rejected
from pydantic import Field, TypeAdapter, ValidationError

Event = Analyzed | Rejected | Delayed
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


class InvalidMessage(Exception):
    """The message is not valid. The text says where, and quotes nothing of the message."""


def read_message(body: str) -> Event:
    """Return the event. Members that the types do not know are ignored: new ones may be added to messages.

    Raises
    ------
    InvalidMessage
        If the body is not JSON, or its ``type`` or a member is unknown or wrong.
    """
    try:
        return _EVENT.validate_json(body, strict=True)
    except ValidationError as error:
        # The error's own text would quote the value.
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"][1:])) or "the message"
        raise InvalidMessage(f"{place} is invalid: {first['type']}") from None
