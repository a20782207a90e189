"""Reads a message into the types of ``message_types.py``, which are generated from Sealed OCR's schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from message_types import Analyzed, Delayed, Erased, Rejected
from pydantic import Field, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from sealed_messages import PrivateKeys

Event = Analyzed | Rejected | Delayed | Erased
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


class InvalidMessage(Exception):
    """The message is not valid. The text says where, and quotes nothing of the message."""


def read_message(body: str, private_keys: PrivateKeys | None = None) -> Event:
    """Return the event. Members that the types do not know are ignored: new ones may be added to messages.

    ``private_keys`` open a message that is sealed.

    Raises
    ------
    InvalidMessage
        If the body is not JSON, or its ``type`` or a member is unknown or wrong, or it cannot be opened.
    """
    if private_keys is not None:
        # Here, so that a consumer of messages in the clear needs no library for sealed ones.
        from sealed_messages import CannotOpen

        try:
            body = private_keys.open(body)
        except CannotOpen as error:
            raise InvalidMessage(str(error)) from None
    try:
        return _EVENT.validate_json(body, strict=True)
    except ValidationError as error:
        # The error's own text would quote the value.
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"][1:])) or "the message"
        raise InvalidMessage(f"{place} is invalid: {first['type']}") from None
