"""The response of an operation, before its serialisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from emulator.domain.envelope import Envelope
from emulator.domain.result_codes import Code

Seal = Callable[[str], Any]


class EncryptedValue:
    """A plain value that the guide marks as encrypted. `render` encrypts it.

    This is not a dataclass, because msgspec would serialise one without calling the encoder hook.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Response(Protocol):
    """A response of an operation.

    `label` identifies it in counters and the journal. `envelope` encrypts each `EncryptedValue` in the tree.
    """

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The HTTP headers, without the content type."""
        ...

    @property
    def envelope(self) -> Envelope | None:
        """The envelope of the request."""
        ...

    @property
    def label(self) -> str:
        """The name in counters and the journal."""
        ...

    def tree(self) -> dict[str, Any]:
        """Return the body."""
        ...


@dataclass(frozen=True)
class ApiResponse:
    """Header and result of a response of the service or, with a `status` other than 200, of the gateway."""

    code: int
    message: str
    result: Any = None
    envelope: Envelope | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @classmethod
    def success(
        cls, result: Any, envelope: Envelope | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Return a response with result code 0."""
        return cls(Code.SUCCESS, Code.SUCCESS.message, result, envelope, headers or {})

    @classmethod
    def refusal(cls, code: Code, status: int = 200, message: str | None = None) -> ApiResponse:
        """Return a response without a result, with the code's message by default."""
        return cls(code, message or code.message, status=status)

    @property
    def label(self) -> str:
        """The result code, after the HTTP status if that is not 200: inside HTTP 200 the codes mean something else."""
        return str(int(self.code)) if self.status == 200 else f"{self.status}/{int(self.code)}"

    def tree(self) -> dict[str, Any]:
        """Return the response body in the guide's structure."""
        succeeded = self.code == Code.SUCCESS
        header = {"isSuccessful": succeeded, "resultCode": int(self.code), "resultMessage": self.message}
        return {"header": header} if self.result is None else {"header": header, "result": self.result}


@dataclass(frozen=True)
class TokenResponse:
    """A response of the token endpoint (RFC 6749, sections 5.1 and 5.2)."""

    members: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Cache-Control": "no-store", "Pragma": "no-cache"})
    envelope: None = None

    @classmethod
    def refusal(cls, error: str) -> TokenResponse:
        """Return an error: HTTP 401 for `invalid_client`, otherwise HTTP 400."""
        if error == "invalid_client":
            return cls({"error": error}, 401, {"WWW-Authenticate": 'Basic realm="oauth2"'})
        return cls({"error": error}, 400)

    @property
    def label(self) -> str:
        """The error, or 0."""
        return str(self.members.get("error", 0))

    def tree(self) -> dict[str, Any]:
        """Return the body."""
        return dict(self.members)


def render(tree: Any, seal: Seal) -> bytes:
    """Return the tree as JSON in UTF-8. `seal` encrypts each `EncryptedValue`."""

    def encrypt(value: Any) -> Any:
        if isinstance(value, EncryptedValue):
            return seal(value.text)
        raise TypeError(f"{type(value).__name__} has no JSON form")

    return msgspec.json.encode(tree, enc_hook=encrypt)
