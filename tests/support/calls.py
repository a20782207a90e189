"""Calls on their way through the proxy, and what is to go wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

_RESOURCES = ("QueueUrl", "TableName", "SecretId")


@dataclass(frozen=True)
class Call:
    """One request: the API operation, the queue, table, secret or object that it is for, and its JSON.

    ``path`` and ``signature`` are as they came: the query too, and who called which service (``Authorization``).
    """

    operation: str
    resource: str
    asked: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    signature: str = ""

    @classmethod
    def of(cls, method: str, path: str, headers: Any, body: bytes) -> Call:
        target = headers.get("X-Amz-Target")
        signature = headers.get("Authorization", "")
        if target:
            asked = json.loads(body)
            resource = next((str(asked[name]) for name in _RESOURCES if name in asked), "")
            return cls(target.rpartition(".")[2], resource.rpartition("/")[2], asked, path, signature)
        parts = unquote(urlsplit(path).path).split("/", 2)
        if parts[1] == "v2.0":
            return cls("Ocr", parts[2].split("/", 2)[2])
        operation = {"GET": "GetObject", "HEAD": "HeadObject"}.get(method, method)
        return cls(operation, parts[2] if len(parts) > 2 else "", {}, path, signature)

    @property
    def to_state(self) -> str:
        """The state that an UpdateItem of ours writes."""
        values = self.asked.get("ExpressionAttributeValues", {})
        return str(values.get(":set_state", {}).get("S", ""))


Way = Literal["refuse", "drop-request", "drop-answer", "cut", "change", "pass"]


@dataclass
class Fault:
    """What happens to calls of ``operation`` that ``where`` holds for; ``times`` None is for as long as the test.

    refuse: answered with ``code`` and ``status``, not passed on · drop-request: the connection ends instead ·
    drop-answer: passed on, the connection ends instead of the answer · cut: it ends within the answer's body ·
    change: the answer's body is what ``change`` makes of it · pass: nothing. Whatever it is, ``first`` comes first.
    """

    operation: str
    way: Way
    times: int | None = None
    where: Callable[[Call], bool] = lambda _: True
    first: Callable[[], object] = lambda: None
    change: Callable[[bytes], bytes] = lambda body: body
    code: str = "AccessDenied"
    status: int = 400
