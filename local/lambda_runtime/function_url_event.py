"""Converts HTTP requests to Function URL events (payload format 2.0), and handler responses to HTTP.

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

    from local.lambda_runtime.invocation import InvocationResult

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request. ``target`` is the path with the query, as in the request line."""

    method: str
    target: str
    headers: Iterable[tuple[str, str]]
    body: bytes
    client: str
    host: str


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


_BAD_GATEWAY = HttpResponse(502, b"Internal Server Error", {"content-type": "text/plain"})


def url_event(request: HttpRequest) -> dict[str, Any]:
    """Return the event for a request.

    Header names are in lower case, and repeated headers are joined by commas. A body is Base64 unless its content type
    says text and it is valid UTF-8. (To Lambda a form is not text: ``curl -d`` sends one if it is given no type.)
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


def http_response(result: InvocationResult) -> HttpResponse:
    """Return the HTTP response for an invocation result.

    As on Lambda, a function error or an invalid response becomes 502. A response without a status becomes the body of a
    200 response, in JSON.
    """
    if result.error_type is not None:
        return _BAD_GATEWAY
    try:
        return _from_handler(json.loads(result.payload or b"null"))
    except (AttributeError, TypeError, ValueError):
        return _BAD_GATEWAY


def _from_handler(response: Any) -> HttpResponse:
    if not isinstance(response, dict) or "statusCode" not in response:
        body = response if isinstance(response, str) else json.dumps(response)
        return HttpResponse(200, body.encode(), {"content-type": "application/json"})
    body = response.get("body") or ""
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpResponse(
        int(response["statusCode"]),
        base64.b64decode(text) if response.get("isBase64Encoded") else text.encode(),
        {"content-type": "application/json"} | {k.lower(): str(v) for k, v in (response.get("headers") or {}).items()},
        tuple(response.get("cookies") or ()),
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


def _context(request: HttpRequest, path: str, agent: str) -> dict[str, Any]:
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
