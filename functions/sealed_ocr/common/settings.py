"""Reading settings from the environment, so that every fault is told at once and by name."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


class SettingsError(Exception):
    """Settings are missing or wrong; the text names each of them and what it must be."""


class Environment:
    """Reads settings one by one and remembers the faults, so that all are told at once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read from ``environment``."""
        self._environment = environment
        self._faults: list[str] = []

    def __call__(self, name: str, convert: Callable[[str], T], expected: str) -> T:
        """Return the setting ``name``; ``convert`` raises ValueError for one that is not ``expected``."""
        text = self._environment.get(name, "").strip()
        try:
            return convert(text)
        except ValueError:
            self._faults.append(f"{name} must be {expected}; it is {'something else' if text else 'missing'}")
            return None  # type: ignore[return-value]  # never used: check() raises before

    def check(self) -> None:
        """Raise ``SettingsError`` if any setting was missing or wrong."""
        if self._faults:
            raise SettingsError("wrong settings: " + "; ".join(self._faults))


def word(text: str) -> str:
    """Return ``text`` if it is one word."""
    if not text or text.split() != [text]:
        raise ValueError
    return text


def url(text: str) -> str:
    """Return ``text`` if it is a web address."""
    parts = urlsplit(word(text))
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError
    return text


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``lowest`` to ``highest``."""

    def convert(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return convert


def endpoint(text: str) -> str:
    """Return ``text`` without a closing slash if the OCR service may be called there.

    Raises
    ------
    ValueError
        for anything but ``https://host[:port]``, or ``http://`` to this machine's own loopback.
    """
    parts = urlsplit(word(text))
    secure = parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or ""))
    if not secure or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in text:
        raise ValueError
    _ = parts.port
    return text.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
