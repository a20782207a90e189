"""Reads settings into msgspec types, and names every missing or wrong setting at once."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta


class SettingsError(Exception):
    """Settings are missing or wrong; the text names each of them and what it must be."""


class NotAllowedError(ValueError):
    """A value is wrong in a way that has a sentence of its own. It quotes nothing of the value."""

    def __init__(self, expected: str) -> None:
        """Keep ``expected``, which says what the setting must be."""
        super().__init__(expected)
        self.expected = expected


class Settings(msgspec.Struct, frozen=True):
    """The base of every type of settings.

    Each field is ``Annotated[type, *notes]``. A ``Meta`` among the notes holds limits, and as its description what an
    error says the setting must be. Any other note is a function: it returns the value, perhaps in another form, or
    raises ``ValueError``, of which ``NotAllowedError`` brings a description of its own.
    """

    @classmethod
    def conflicts(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the field name of each setting that does not fit the others, and what it must be.

        Parameters
        ----------
        values
            The settings that are right by themselves, by field name; others are absent.
        """
        yield from ()


class Fault(msgspec.Struct, frozen=True):
    """A setting that is missing (``value`` is ``NODEFAULT``) or wrong."""

    name: str
    expected: str
    value: object


def convert(kind: type[Settings], source: Mapping[str, object]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values of ``kind`` that ``source`` holds, by field name, and what is wrong with the others.

    A number may be given as text, and so may a tuple, with commas between its members.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    names: dict[str, str] = {}
    for field in msgspec.structs.fields(kind):
        names[field.name] = field.encode_name
        given = source.get(field.encode_name, field.default)
        try:
            values[field.name] = _convert(given, field.type)
        except NotAllowedError as wrong:
            faults.append(Fault(field.encode_name, wrong.expected, given))
        except (ValueError, msgspec.ValidationError):
            faults.append(Fault(field.encode_name, _description(field.type), given))
    faults += [Fault(names[field], expected, values[field]) for field, expected in kind.conflicts(values)]
    return values, faults


def int_between(lowest: int, highest: int, expected: str = "") -> Meta:
    """Return the note of a whole number from ``lowest`` to ``highest``."""
    return Meta(ge=lowest, le=highest, description=expected or f"a whole number from {lowest} to {highest}")


def token(text: str) -> str:
    """Return ``text``; raise ``ValueError`` if it is empty or has white space."""
    if text.split() != [text]:
        raise ValueError("not one token")
    return text


def http_url(text: str) -> str:
    """Return ``text``; raise ``ValueError`` if it is no URL of ``https`` or ``http``."""
    parts = urlsplit(token(text))
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("not a URL")
    return text


def endpoint_url(text: str) -> str:
    """Return ``text`` without a trailing slash if the OCR service may be called there.

    Raises
    ------
    ValueError
        If it is neither ``https://host[:port]`` nor ``http://`` with a loopback address of this machine.
    """
    parts = urlsplit(token(text))
    secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in text)
    # Reading the port raises ValueError if it is none.
    if not (secure and bare and parts.hostname) or parts.port == 0:
        raise ValueError("not an endpoint")
    return text.rstrip("/")


def _convert(given: object, annotated: Any) -> Any:
    kind, *notes = get_args(annotated)
    if isinstance(given, str) and any(int in (part, *get_args(part)) for part in (kind, *get_args(kind))):
        # msgspec itself would take "1e2" for a whole number.
        given = int(given)
    if get_origin(kind) is tuple and isinstance(given, str):
        given = given.split(",") if given else ()
    value = msgspec.convert(given, annotated, strict=False)
    for note in notes:
        if not isinstance(note, Meta):
            value = note(value)
    return value


def _description(annotated: Any) -> str:
    return next(note.description or "" for note in get_args(annotated) if isinstance(note, Meta))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
