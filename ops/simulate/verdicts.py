"""Asks the verify function for verdicts, with the operator's own signature."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import urllib3

from ops.common.errors import OpsError
from ops.common.stack import DeployedStack
from workstation.signed_post import signed_post


class _Body(msgspec.Struct, rename="camel"):
    type: str | None = None
    is_authenticity: bool | None = None


def ask(stack: DeployedStack, document_id: str, claim: Mapping[str, str]) -> str:
    """Return the answer to one claim: ``true``, ``false``, the problem's type, or the HTTP status.

    Raises
    ------
    OpsError
        If the stack has no address for claims.
    """
    url = stack.outputs.verify_function_url
    if url is None:
        raise OpsError("the stack has no output VerifyFunctionUrl; deploy this version first")
    clients = stack.clients
    try:
        response = signed_post(
            f"{url.rstrip('/')}/documents/{document_id}/authenticity",
            msgspec.json.encode(claim),
            {"Content-Type": "application/json"},
            clients.credentials(),
            clients.region,
        )
    except urllib3.exceptions.HTTPError:
        return "no answer"
    try:
        body = msgspec.json.decode(response.data, type=_Body)
    except msgspec.DecodeError:
        body = _Body()
    if body.is_authenticity is not None:
        return str(body.is_authenticity).lower()
    return body.type or f"HTTP {response.status}"
