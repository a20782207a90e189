"""Calls that pass through the proxy, and the faults that it injects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

_RESOURCES = ("QueueUrl", "TableName", "SecretId")


@dataclass(frozen=True)
class Call:
    """One request: the API operation, its resource (queue, table, secret or object) and its JSON.

    ``path`` includes the query. ``signature`` is the header ``Authorization``, which names caller and service, and
    ``trace`` the header ``X-Amzn-Trace-Id``. ``is_repeat`` says whether botocore sends the request once more.
    """

    operation: str
    resource: str
    request: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    signature: str = ""
    trace: str = ""
    is_repeat: bool = False

    @classmethod
    def of(cls, method: str, path: str, headers: Any, body: bytes) -> Call:
        target = headers.get("X-Amz-Target")
        signature, trace = headers.get("Authorization", ""), headers.get("X-Amzn-Trace-Id", "")
        if target:
            attempt = re.search(r"attempt=(\d+)", headers.get("Amz-Sdk-Request", ""))
            is_repeat = attempt is not None and attempt[1] != "1"
            request = json.loads(body)
            resource = next((str(request[name]) for name in _RESOURCES if name in request), "")
            operation = target.rpartition(".")[2]
            return cls(operation, resource.rpartition("/")[2], request, path, signature, trace, is_repeat)
        parts = unquote(urlsplit(path).path).split("/", 2)
        if parts[1] == "v2.0":
            return cls("Ocr", parts[2].split("/", 2)[2])
        operation = {"GET": "GetObject", "HEAD": "HeadObject"}.get(method, method)
        return cls(operation, parts[2] if len(parts) > 2 else "", {}, path, signature, trace)

    @property
    def to_state(self) -> str:
        """The state that an UpdateItem of the project writes."""
        values = self.request.get("ExpressionAttributeValues", {})
        return str(values.get(":set_state", {}).get("S", ""))


FaultAction = Literal["refuse", "answer", "drop-request", "drop-response", "cut", "change", "pass"]


@dataclass
class Fault:
    """An action on the calls of ``operation`` for which ``where`` is true, ``times`` times or (None) without limit.

    The actions are: refuse, which responds with ``code`` and ``status``; answer, which responds with ``body``;
    drop-request, which closes the connection; drop-response, which forwards the request and then closes the connection;
    cut, which closes it during the body of the response; change, which applies ``change`` to the body; pass, which does
    nothing. ``first`` runs before each.
    """

    operation: str
    action: FaultAction
    times: int | None = None
    where: Callable[[Call], bool] = lambda _: True
    first: Callable[[], object] = lambda: None
    change: Callable[[bytes], bytes] = lambda body: body
    code: str = "AccessDenied"
    body: bytes = b""
    status: int = 400
