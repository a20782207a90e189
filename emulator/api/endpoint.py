"""What an operation consists of: its body is received, the request is opened, the work is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from emulator.domain.operations import Operation
from emulator.domain.responses import ApiResponse
from emulator.domain.result_codes import Refusal

# A body that was refused is kept as that refusal, so that credentials and headers are checked before it is named.
ReceivedBody = bytes | Refusal


@dataclass(frozen=True)
class PreparedCall:
    """A request that passed the checks of its form; `image` is the plain image's SHA-256 in hex, if it has one."""

    run: Callable[[], Awaitable[ApiResponse]]
    image: str | None = None


class Endpoint(Protocol):
    """One operation of the guide."""

    method: str

    @property
    def name(self) -> Operation:
        """The operation that it is."""
        ...

    async def receive(self, request: web.Request) -> bytes:
        """Read the body to its end. Raises IncompleteBody or Refusal."""
        ...

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check headers and body. Raises Refusal."""
        ...


def require_content(body: ReceivedBody) -> bytes:
    """Return the content of a body, or raise the Refusal that it met."""
    if isinstance(body, Refusal):
        raise body
    return body
