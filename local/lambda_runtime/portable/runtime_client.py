"""awslambdaric's client of the Lambda Runtime API, for systems without its native one (macOS).

awslambdaric imports a module of this name, which its distribution has for Linux only. The functions, their parameters
and results are those of ``awslambdaric/runtime_client.cpp``, 4.2.2. The native one also sends the cause of an error for
X-Ray, which nothing reads here.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import http.client
import os

_PREFIX = "/2018-06-01/runtime/invocation"
_HEADERS = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Trace-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Client-Context",
    "Content-Type",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invocation-Id",
)
_DEADLINE = "Lambda-Runtime-Deadline-Ms"
_user_agent = ""


def initialize_client(user_agent: str) -> None:
    """Set the ``User-Agent`` of all requests."""
    global _user_agent
    _user_agent = user_agent


def next() -> tuple[bytes, dict[str, str | int | None]]:  # noqa: A001 - the native client's name
    """Wait for the next event. Return it with the headers that describe it.

    Raises
    ------
    RuntimeError
        If the API does not answer with an event.
    """
    body, headers = _call("GET", "next")
    described: dict[str, str | int | None] = {name: headers.get(name) for name in _HEADERS}
    return body, described | {_DEADLINE: int(headers.get(_DEADLINE, "0"))}


def post_invocation_result(invoke_id: str, result: bytes, content_type: str, invocation_id: str | None) -> None:
    """Send the handler's response.

    Raises
    ------
    RuntimeError
        If the API does not accept it.
    """
    _call("POST", f"{invoke_id}/response", result, content_type, invocation_id)


def post_error(invoke_id: str, error: str, _xray_cause: str, invocation_id: str | None) -> None:
    """Send the handler's error, which is JSON.

    Raises
    ------
    RuntimeError
        If the API does not accept it.
    """
    _call("POST", f"{invoke_id}/error", error.encode(), "application/json", invocation_id)


def _call(
    method: str, path: str, body: bytes | None = None, content_type: str = "", invocation_id: str | None = None
) -> tuple[bytes, http.client.HTTPMessage]:
    headers = {"User-Agent": _user_agent}
    if content_type:
        headers["Content-Type"] = content_type
    if invocation_id:
        headers["Lambda-Runtime-Invocation-Id"] = invocation_id
    # Without a timeout: the next event may come tomorrow. A connection for each call needs no rule for a lost one.
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, f"{_PREFIX}/{path}", body, headers)
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise RuntimeError(f"{path.rpartition('/')[2]}: no answer of the Runtime API") from error
    finally:
        connection.close()
    if not 200 <= response.status < 300:
        raise RuntimeError(f"{path.rpartition('/')[2]}: the Runtime API answered {response.status}")
    return answer, response.headers
