"""Finds the members of generated Python and Go that have no type."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

_UNTYPED_NAMES = {"Any", "object", "dict", "list"}
_GO_FIELD = re.compile(r"^\t(\w+)\s+(\S.*?)\s+`json:", re.MULTILINE)
_GO_UNTYPED = re.compile(r"interface\{\}|\bany\b")


class Members(NamedTuple):
    """How many members a generator wrote, and the names of those without a type."""

    members: int
    untyped: list[str]


def python_members(*sources: str) -> Members:
    """Count the annotated members of the classes in ``sources``."""
    found = [
        (f"{owner.name}.{ast.unparse(node.target)}", node.annotation)
        for source in sources
        for owner in ast.walk(ast.parse(source))
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.AnnAssign)
    ]
    return Members(len(found), [name for name, annotation in found if not _is_typed(annotation)])


def go_members(source: str) -> Members:
    """Count the fields of the structs in ``source``."""
    found = _GO_FIELD.findall(source)
    return Members(len(found), [name for name, type_ in found if _GO_UNTYPED.search(type_)])


def _is_typed(annotation: ast.expr) -> bool:
    # `list[str]` has a type; a bare `list`, and `dict[str, Any]`, have none.
    generic = {id(node.value) for node in ast.walk(annotation) if isinstance(node, ast.Subscript)}
    names = (node for node in ast.walk(annotation) if isinstance(node, ast.Name) and id(node) not in generic)
    return not any(node.id in _UNTYPED_NAMES for node in names)
