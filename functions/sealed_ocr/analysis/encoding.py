"""How a message is encoded for SQS: in the clear, or sealed to the consumer."""

from __future__ import annotations

from typing import Protocol

from sealed_ocr.analysis.messages import Message
from sealed_ocr.analysis.queue_message import QueueMessage, queue_message


class MessageEncoder(Protocol):
    """Encodes messages. Thread-safe."""

    def require_ready(self) -> None:
        """Raise ``ConfigurationFault`` if a message should not be made now: nothing is paid for then."""

    def encode(self, message: Message) -> QueueMessage:
        """Return what is sent. A message that was paid for is always encoded."""


class PlainEncoder:
    """Encodes messages in the clear."""

    def require_ready(self) -> None:
        """Do nothing: it always can."""

    def encode(self, message: Message) -> QueueMessage:
        """Return the message with its JSON."""
        return queue_message(message)


def message_encoder(consumer_public_keys: str) -> MessageEncoder:
    """Return the encoder for the setting, which is a JWK set, or nothing for messages in the clear."""
    if not consumer_public_keys:
        return PlainEncoder()
    # The JOSE library is loaded only where messages are sealed.
    from sealed_ocr.analysis.sealing import Sealer

    return Sealer(consumer_public_keys)
