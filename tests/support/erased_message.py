"""The message that another document was erased, made from the example's."""

from __future__ import annotations

import copy
from typing import Any


def erased_message(messages: dict[str, dict[str, Any]], document_id: str) -> dict[str, Any]:
    """Return the message that the document was erased."""
    message = copy.deepcopy(messages["erased"])
    message["id"] = f"{document_id}-erased"
    message["data"]["document"]["documentId"] = document_id
    return message
