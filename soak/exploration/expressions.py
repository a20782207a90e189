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

# A list of strings is a tuple.
Value = str | int | bool | tuple[str, ...] | frozenset[str]
Values = Mapping[str, Value]
_Condition = Callable[[Values, Values], bool]
_Operand = Callable[[Values, Values], "Value | None"]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[(),=<>]|[#:]?\w+)")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
# Commas within parentheses separate no clauses.
_CLAUSE_END = re.compile(r",(?![^()]*\))")
_APPEND = re.compile(r"list_append\(if_not_exists\((#\w+), (:\w+)\), (:\w+)\)")
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
        for clause in _CLAUSE_END.split(clauses):
            path, _, value = clause.strip().replace(" = ", " ").partition(" ")
            match section:
                case "SET" if appended := _APPEND.fullmatch(value):
                    source, default, more = appended.groups()
                    changed[_name(path)] = _list(item.get(_name(source), values[_value(default)])) + _list(
                        values[_value(more)]
                    )
                case "SET":
                    changed[_name(path)] = values[_value(value)]
                case "ADD" if isinstance(more := values[_value(value)], frozenset):
                    changed[_name(path)] = _set(item.get(_name(path), frozenset())) | more
                case "ADD":
                    changed[_name(path)] = _number(item.get(_name(path), 0)) + _number(values[_value(value)])
                case "DELETE":
                    left = _set(item.get(_name(path), frozenset())) - _set(values[_value(value)])
                    # There is no empty set.
                    changed |= {_name(path): left}
                    if not left:
                        del changed[_name(path)]
                case "REMOVE" if not value:
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
        if token == "contains":  # noqa: S105 - no password
            return self._contains()
        left, comparator = self._size() if token == "size" else _operand(token), self.tokens.pop(0)  # noqa: S105
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

    def _contains(self) -> _Condition:
        self._expect("(")
        path = _name(self.tokens.pop(0))
        self._expect(",")
        wanted = _value(self.tokens.pop(0))
        self._expect(")")
        return lambda item, values: path in item and values[wanted] in _set(item[path])

    def _size(self) -> _Operand:
        self._expect("(")
        path = _name(self.tokens.pop(0))
        self._expect(")")
        return lambda item, _: len(_set(item[path])) if path in item else None

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
    if not re.fullmatch(r"#\w+", token):
        raise ValueError(f"not understood as an attribute: {token}")
    return token[1:]


def _value(token: str) -> str:
    if not re.fullmatch(r":\w+", token):
        raise ValueError(f"not understood as a value: {token}")
    return token[1:]


def _number(value: Value) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"not understood: {value} as a number")
    return value


def _list(value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise TypeError(f"not understood: {value} as a list")
    return value


def _set(value: Value) -> frozenset[str]:
    if not isinstance(value, frozenset):
        raise TypeError(f"not understood: {value} as a set")
    return value


def _equal(left: Value | None, right: Value | None) -> bool:
    # True is 1 in Python, but a boolean is no number in DynamoDB. A missing attribute equals nothing.
    return left is not None and type(left) is type(right) and left == right


def _ordered(compare: Callable[[Any, Any], bool], left: Value | None, right: Value | None) -> bool:
    return left is not None and type(left) is type(right) and compare(left, right)
