"""The Request-Keys in the items of their table. An item holds the API's version, a blank and the key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def issued_request_key(item: dict[str, Any]) -> str:
    """Return the Request-Key of an item that has one, as the service issued it."""
    return str(item["requestKey"]).removeprefix("v2.0 ").removeprefix("v2.1 ")


def take_request_keys(items: Iterable[dict[str, Any]]) -> set[str]:
    """Remove the Request-Keys from ``items``, and return them as the service issued them."""
    found = [item for item in items if "requestKey" in item]
    keys = {issued_request_key(item) for item in found}
    for item in found:
        del item["requestKey"]
    return keys
