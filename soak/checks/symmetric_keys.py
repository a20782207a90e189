"""Checks of symmetric keys by their fingerprints: none is used twice, none appears in a text."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

_BYTES = 32
_HEX = re.compile(r"[0-9a-fA-F]{2}(?:[ :]?[0-9a-fA-F]{2}){31,}[0-9a-fA-F]?")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43,}")
_LITERAL = re.compile(r"""b'(?:[^'\\\n]|\\.)*'|b"(?:[^"\\\n]|\\.)*\"""")
_STANDARD = str.maketrans("-_", "+/")


class SymmetricKeys:
    """The fingerprints of all scenarios so far."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, uses: Mapping[str, int]) -> int:
        """Add the uses of each fingerprint in one scenario; return the number of keys of all scenarios.

        Raises
        ------
        GuaranteeViolation
            If a key was used twice, in this scenario or in an earlier one.
        """
        twice = sum(times > 1 or fingerprint in self._seen for fingerprint, times in uses.items())
        if twice:
            raise GuaranteeViolation(f"{twice} symmetric keys came more than once over all scenarios")
        self._seen.update(uses)
        return len(self._seen)


def keys_in(text: str, fingerprints: Container[str]) -> int:
    """Return how many keys a text contains: as hex, as a bytes literal, or in Base64 (in longer text, URL-encoded)."""
    found = 0
    for content in _contents(text):
        windows = (content[at : at + _BYTES] for at in range(len(content) - _BYTES + 1))
        found += sum(hashlib.sha256(window).hexdigest() in fingerprints for window in windows)
    return found


def _contents(text: str) -> Iterator[bytes]:
    """Yield every part of the text that could be encoded bytes, decoded."""
    for run in _HEX.findall(text):
        digits = re.sub("[ :]", "", run)
        yield from (bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2]) for start in range(2))
    for shown in {text, unquote(text)}:
        for run in _BASE64.findall(shown):
            standard = run.translate(_STANDARD)
            for start in range(4):
                whole = standard[start : start + (len(standard) - start) // 4 * 4]
                rest = standard[start + len(whole) :]
                yield base64.b64decode(whole + (f"{rest}{'=' * (4 - len(rest))}" if len(rest) > 1 else ""))
    for literal in _LITERAL.findall(text):
        yield ast.literal_eval(literal)
