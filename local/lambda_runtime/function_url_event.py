"""HTTP to a Function URL's event (payload format 2.0) and the handler's answer back to HTTP.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.lambda_runtime.runtime_api import Outcome

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Request:
    """An HTTP request; ``target`` is the request line's, with the query."""

    method: str
    target: str
    headers: Iterable[tuple[str, str]]
    body: bytes
    client: str
    host: str


@dataclass(frozen=True)
class Response:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


_BAD_GATEWAY = Response(502, b"Internal Server Error", {"content-type": "text/plain"})


def url_event(request: Request) -> dict[str, Any]:
    """Return the event for a request.

    Names of headers are in lower case, and repeated ones joined by commas; a body that is no text by its content type,
    or no UTF-8, is in Base64. (A form, as ``curl -d`` sends it when it is told no type, is no text to Lambda.)
    """
    headers: dict[str, str] = {}
    for name, value in request.headers:
        headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    body, encoded = _event_body(request.body, headers.get("content-type", ""))
    parts = urlsplit(request.target)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path or "/",
        "rawQueryString": parts.query,
        "headers": headers,
        "requestContext": _context(request, parts.path or "/", headers.get("user-agent", "")),
        "isBase64Encoded": encoded,
    }
    if cookies:
        event["cookies"] = cookies
    if parts.query:
        event["queryStringParameters"] = _parameters(parts.query)
    if request.body:
        event["body"] = body
    return event


def http_response(outcome: Outcome) -> Response:
    """Return what the caller gets: 502 for a function that failed or whose answer makes no sense, as Lambda has it.

    An answer without a status is itself the body, in JSON and with 200.
    """
    if outcome.error_type is not None:
        return _BAD_GATEWAY
    try:
        return _answered(json.loads(outcome.payload or b"null"))
    except (AttributeError, TypeError, ValueError):
        return _BAD_GATEWAY


def _answered(answer: Any) -> Response:
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, body.encode(), {"content-type": "application/json"})
    body = answer.get("body") or ""
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(
        int(answer["statusCode"]),
        base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode(),
        {"content-type": "application/json"} | {k.lower(): str(v) for k, v in (answer.get("headers") or {}).items()},
        tuple(answer.get("cookies") or ()),
    )


def _event_body(body: bytes, content_type: str) -> tuple[str, bool]:
    if content_type.lower().startswith(_TEXT_TYPES) or "json" in content_type.lower():
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def _parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _context(request: Request, path: str, agent: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": "anonymous",
        "apiId": "local",
        "domainName": request.host,
        "domainPrefix": "local",
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client,
            "userAgent": agent,
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
