"""A handler that returns its event, or the response that the event's body requests."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], _context: Any) -> Any:
    if not event["isBase64Encoded"] and "response" in (requested := json.loads(event.get("body", "{}"))):
        return requested["response"]
    return {"statusCode": 200, "body": json.dumps(event)}
