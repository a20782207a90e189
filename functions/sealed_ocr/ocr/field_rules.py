"""The settings ``omitFields`` and ``maskFields``: which fields of a result a consumer does not get.

A text names fields for a kind, or for one ``idType`` of it: ``credit-card=validThru,id-card:resident=name+issuer``.
``*`` stands for all fields, and for whatever the service may add; ``!name`` after it keeps a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.settings import NotAllowedError
from sealed_ocr.ocr.field_masks import CARD_NUMBER, MASKABLE
from sealed_ocr.ocr.kind_specs import KIND_SPECS

_ALL, _KEPT = "*", "!"
# The same fact twice, and the lines of the machine-readable zone with what stands in them.
_PAIRS = (
    frozenset(CARD_NUMBER),
    frozenset({"countryCode", "nationality"}),
    frozenset({"dateOfBirth", "dateOfBirthYMD"}),
    frozenset({"dateOfIssue", "dateOfIssueYMD"}),
    frozenset({"dateOfExpiry", "dateOfExpiryYMD"}),
)
_LINES = {
    "MRZ1": frozenset({"passportType", "countryCode", "surName", "givenName"}),
    "MRZ2": frozenset(
        {
            "passportNo",
            "nationality",
            "dateOfBirth",
            "dateOfBirthYMD",
            "sex",
            "dateOfExpiry",
            "dateOfExpiryYMD",
            "personalNo",
        }
    ),
}

Given = str | Mapping[str, Sequence[str]]


class Treatment(Enum):
    """What happens to a field."""

    SHOW = "show"
    MASK = "mask"
    OMIT = "omit"


class Scope(NamedTuple):
    """A kind, or one ``idType`` of it."""

    kind: Kind
    id_type: str | None = None

    def __str__(self) -> str:
        """Return the text of the setting."""
        return f"{self.kind}:{self.id_type}" if self.id_type else self.kind.value


class FieldRules(NamedTuple):
    """The rules for one kind of card."""

    omitted: frozenset[str]
    masked: frozenset[str]
    kept: frozenset[str]
    omits_others: bool

    def treatment(self, name: str | None) -> Treatment:
        """Return what happens to a field. One without a name cannot be told from an omitted one."""
        if not name or name in self.omitted:
            return Treatment.OMIT
        if name in self.masked:
            return Treatment.MASK
        return Treatment.OMIT if self.omits_others and name not in self.kept else Treatment.SHOW


def names_to_omit(given: Given) -> dict[Scope, list[str]]:
    """Return the names of ``omitFields``; raise ``NotAllowedError`` if it cannot be applied."""
    found = dict(_read(given))
    for scope, names in found.items():
        fields = _fields(scope)
        kept = [name for name in names if name.startswith(_KEPT)]
        if (kept and _ALL not in names) or not {name.removeprefix(_KEPT) for name in names} <= {*fields, _ALL}:
            raise NotAllowedError(
                f"names of fields; those of {scope} are {', '.join(fields)}, or {_ALL} for all, and after it"
                f" {_KEPT}NAME for each that stays"
            )
    return found


def names_to_mask(given: Given) -> dict[Scope, list[str]]:
    """Return the names of ``maskFields``; raise ``NotAllowedError`` if it cannot be applied."""
    found = dict(_read(given))
    for scope, names in found.items():
        fields = [name for name in _fields(scope) if name in MASKABLE]
        if not set(names) <= set(fields):
            raise NotAllowedError(f"names of fields that have a mask; those of {scope} are {', '.join(fields)}")
    return found


def as_text(names: Mapping[Scope, Sequence[str]]) -> str:
    """Return the text of the setting."""
    return ",".join(f"{scope}={'+'.join(fields)}" for scope, fields in names.items())


def rules_of(omit: Given, mask: Given, kind: Kind, id_type: str | None) -> FieldRules | None:
    """Return the rules for one kind of card, or None if there are none.

    The rules of all types of the kind hold for an ``id_type`` that the guide does not name.
    """
    known = id_type in KIND_SPECS[kind].fields

    def named(found: dict[Scope, list[str]]) -> set[str]:
        scopes = (scope for scope in found if scope.kind is kind)
        return {name for scope in scopes if not known or scope.id_type in {None, id_type} for name in found[scope]}

    omitted, masked = named(names_to_omit(omit)), named(names_to_mask(mask))
    if not omitted and not masked:
        return None
    kept = {name.removeprefix(_KEPT) for name in omitted if name.startswith(_KEPT)}
    omits_others = _ALL in omitted
    omitted = _with_pairs({name for name in omitted if name != _ALL and not name.startswith(_KEPT)})
    masked = _with_pairs(masked) - omitted
    lines = {line for line, contained in _LINES.items() if contained & (omitted | masked)}
    return FieldRules(
        frozenset(omitted | lines), frozenset(masked), frozenset(_with_pairs(kept)), omits_others=omits_others
    )


def _with_pairs(names: set[str]) -> set[str]:
    return names.union(*(pair for pair in _PAIRS if pair & names))


def _read(given: Given) -> Iterator[tuple[Scope, list[str]]]:
    if isinstance(given, str):
        parts = [part.partition("=") for part in given.split(",") if part.strip()]
        pairs = [(scope.strip(), [name.strip() for name in names.split("+")]) for scope, _, names in parts]
    else:
        pairs = [(scope, [*names]) for scope, names in given.items()]
    scopes = {str(scope): scope for kind in Kind for scope in (Scope(kind), *_types(kind))}
    if not {scope for scope, _ in pairs} <= scopes.keys() or len(dict(pairs)) < len(pairs):
        raise NotAllowedError(f"names of fields, once for each of {', '.join(scopes)}")
    if not all(names and all(names) for _, names in pairs):
        raise NotAllowedError(f"names of fields for each kind, as in {Scope(next(iter(Kind)))}=NAME+NAME")
    return ((scopes[scope], names) for scope, names in pairs)


def _types(kind: Kind) -> list[Scope]:
    return [Scope(kind, id_type) for id_type in KIND_SPECS[kind].fields if id_type]


def _fields(scope: Scope) -> list[str]:
    fields = KIND_SPECS[scope.kind].fields
    types = fields.values() if scope.id_type is None else [fields[scope.id_type]]
    return [*dict.fromkeys(name for names in types for name in names)]
