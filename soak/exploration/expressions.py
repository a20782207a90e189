"""DynamoDB's condition and update expressions, as far as the pipeline uses them.

An item is a plain dictionary. Anything that is not known here raises ``ValueError``.
``tests/soak/test_soak_exploration_table.py`` compares the results with moto's.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Value = str | int | bool
Values = Mapping[str, Value]
_Condition = Callable[[Values, Values], bool]
_Operand = Callable[[Values, Values], "Value | None"]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[(),=<>]|[#:]?\w+)")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SECTION = re.compile(r"\b(SET|ADD|REMOVE|DELETE)\b")


@lru_cache
def condition(expression: str) -> _Condition:
    """Return a function of an item and the expression's values (without colons)."""
    parser = _Parser(expression)
    parsed = parser.any_of()
    if parser.tokens:
        raise ValueError(f"not understood: {parser.tokens}")
    return parsed


def update(item: Values, expression: str, values: Values) -> dict[str, Value]:
    """Return ``item`` after an update expression whose names stand for themselves (``#name``)."""
    changed = dict(item)
    _, *parts = _SECTION.split(expression)
    for section, clauses in zip(parts[::2], parts[1::2], strict=True):
        for clause in clauses.split(","):
            match section, *clause.replace("=", " ").split():
                case "SET", path, value:
                    changed[_name(path)] = values[_value(value)]
                case "ADD", path, value:
                    changed[_name(path)] = int(item.get(_name(path), 0)) + int(values[_value(value)])
                case "REMOVE", path:
                    changed.pop(_name(path), None)
                case _:
                    raise ValueError(f"not understood: {section} {clause}")
    return changed


class _Parser:
    """Recursive descent. NOT binds closer than AND, and AND closer than OR."""

    def __init__(self, expression: str) -> None:
        self.tokens = _TOKEN.findall(expression)
        if "".join(self.tokens) != re.sub(r"\s", "", expression):
            raise ValueError(f"not understood: {expression}")

    def any_of(self) -> _Condition:
        parts = [self._all_of()]
        while self._accept("OR"):
            parts.append(self._all_of())
        return lambda item, values: any(part(item, values) for part in parts)

    def _all_of(self) -> _Condition:
        parts = [self._negation()]
        while self._accept("AND"):
            parts.append(self._negation())
        return lambda item, values: all(part(item, values) for part in parts)

    def _negation(self) -> _Condition:
        if self._accept("NOT"):
            inner = self._negation()
            return lambda item, values: not inner(item, values)
        if self._accept("("):
            inner = self.any_of()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> _Condition:
        token = self.tokens.pop(0)
        if token in {"attribute_exists", "attribute_not_exists"}:
            self._expect("(")
            name = _name(self.tokens.pop(0))
            self._expect(")")
            return lambda item, _: (name in item) == (token == "attribute_exists")  # noqa: S105 - no password
        left, comparator = _operand(token), self.tokens.pop(0)
        if comparator == "IN":
            self._expect("(")
            choices = [_operand(self.tokens.pop(0))]
            while self._accept(","):
                choices.append(_operand(self.tokens.pop(0)))
            self._expect(")")
            return lambda item, values: any(_equal(left(item, values), each(item, values)) for each in choices)
        right = _operand(self.tokens.pop(0))
        if comparator == "=":
            return lambda item, values: _equal(left(item, values), right(item, values))
        if comparator == "<>":
            return lambda item, values: not _equal(left(item, values), right(item, values))
        compare = _ORDER[comparator]
        return lambda item, values: _ordered(compare, left(item, values), right(item, values))

    def _accept(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        del self.tokens[0]
        return True

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            raise ValueError(f"expected {token} before {self.tokens}")


def _operand(token: str) -> _Operand:
    if token.startswith(":"):
        return lambda _, values: values[token[1:]]
    name = _name(token)
    return lambda item, _: item.get(name)


def _name(token: str) -> str:
    if not token.startswith("#"):
        raise ValueError(f"an attribute without a placeholder: {token}")
    return token[1:]


def _value(token: str) -> str:
    if not token.startswith(":"):
        raise ValueError(f"a value without a placeholder: {token}")
    return token[1:]


def _equal(left: Value | None, right: Value | None) -> bool:
    # True is 1 in Python, but a boolean is no number in DynamoDB. A missing attribute equals nothing.
    return left is not None and type(left) is type(right) and left == right


def _ordered(compare: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    return left is not None and type(left) is type(right) and compare(left, right)
