"""Messages that are sealed to their consumer (``consumerPublicKeys``): what can be seen of them without a key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any, Protocol

SEALED_TYPE = "sealed-ocr.document.sealed.v1"


class PrivateKeyFault(Exception):
    """A message cannot be opened, or the file of the key cannot be used. The text quotes names of keys alone."""


class Opener(Protocol):
    """Opens sealed messages, as ``workstation.private_keys`` does. Without a key that module is not loaded."""

    def without(self, kids: Iterable[str]) -> list[str]:
        """Return those of the names that it has no key for."""

    def open(self, body: str) -> str:
        """Return the JSON of the message inside; raise ``PrivateKeyFault``."""


def is_sealed(event: Any) -> bool:
    """Return whether a decoded message is sealed."""
    return isinstance(event, dict) and event.get("type") == SEALED_TYPE


def kid_of(event: dict[str, Any]) -> str:
    """Return the name of the key that a decoded message is sealed to.

    Raises
    ------
    PrivateKeyFault
        If it holds no JWE in compact form with such a name.
    """
    try:
        header = str(event["data"]["sealed"]).partition(".")[0]
        return str(json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"])
    except (KeyError, TypeError, ValueError):
        raise PrivateKeyFault("the message is not sealed as it should be") from None
