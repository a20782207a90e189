"""A handler that answers with its event, or with the answer that the event's body asks for."""

from __future__ import annotations

import json
from typing import Any


def handler(event: dict[str, Any], _context: Any) -> Any:
    if not event["isBase64Encoded"] and "answer" in (asked := json.loads(event.get("body", "{}"))):
        return asked["answer"]
    return {"statusCode": 200, "body": json.dumps(event)}
