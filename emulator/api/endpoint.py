"""The interface of an endpoint: receive the body, check the request, run the operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from emulator.domain.operations import Operation
from emulator.domain.responses import Response
from emulator.domain.result_codes import Refusal

# A refused body is kept as its refusal, because a refusal of credentials or headers takes precedence.
ReceivedBody = bytes | Refusal


@dataclass(frozen=True)
class PreparedCall:
    """A call whose request passed all checks. `image` is the SHA-256 (hex) of the plain image, if there is one."""

    run: Callable[[], Awaitable[Response]]
    image: str | None = None


class Endpoint(Protocol):
    """One operation of the guide."""

    method: str

    @property
    def name(self) -> Operation:
        """The operation of the endpoint."""
        ...

    async def receive(self, request: web.Request) -> bytes:
        """Read the complete body.

        Raises
        ------
        IncompleteBody
            The body did not arrive completely.
        Refusal
            The body is not acceptable.
        """
        ...

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check headers and body.

        Raises
        ------
        Refusal
            A check failed.
        """
        ...


def require_content(body: ReceivedBody) -> bytes:
    """Return the content of a body, or raise its Refusal."""
    if isinstance(body, Refusal):
        raise body
    return body
