"""The response of an operation, before its serialisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class ApiResponse:
    """Header and result of a response. `envelope` encrypts each `EncryptedValue` in the result."""

    code: int
    message: str
    result: Any = None
    envelope: Envelope | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def success(
        cls, result: Any, envelope: Envelope | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Return a response with result code 0."""
        return cls(Code.SUCCESS, Code.SUCCESS.message, result, envelope, headers or {})

    @classmethod
    def refusal(cls, code: Code) -> ApiResponse:
        """Return a response without a result."""
        return cls(code, code.message)

    def tree(self) -> dict[str, Any]:
        """Return the response body in the guide's structure."""
        succeeded = self.code == Code.SUCCESS
        header = {"isSuccessful": succeeded, "resultCode": int(self.code), "resultMessage": self.message}
        return {"header": header} if self.result is None else {"header": header, "result": self.result}


def render(tree: Any, seal: Seal) -> bytes:
    """Return the tree as JSON in UTF-8. `seal` encrypts each `EncryptedValue`."""

    def encrypt(value: Any) -> Any:
        if isinstance(value, EncryptedValue):
            return seal(value.text)
        raise TypeError(f"{type(value).__name__} has no JSON form")

    return msgspec.json.encode(tree, enc_hook=encrypt)
