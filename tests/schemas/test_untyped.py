"""The counter of members without a type finds them in every form that a generator writes."""

from __future__ import annotations

import pytest

from schemas.codegen.untyped import go_members, python_members

pytestmark = pytest.mark.unit

PYTHON = """
class Result(BaseModel):
    name: str
    result: dict[str, Any] | None = None
    boxes: Annotated[list[Box | None] | None, Field(description='Any')] = None
    fields: list = []
    more: Annotated[list[Any], Field(description='x')]
    anything: object
    kind: Literal['Any']
"""
GO = """
type Result struct {
\tName   *string                `json:"name"`
\tResult map[string]interface{} `json:"result"`
\tBoxes  []*Box                 `json:"boxes,omitempty"`
\tMore   []any                  `json:"more"`
}
"""


def test_untyped_members_in_python() -> None:
    untyped = ["Result.result", "Result.fields", "Result.more", "Result.anything"]
    assert python_members(PYTHON) == (7, untyped)
    assert python_members(PYTHON, PYTHON) == (14, untyped * 2)


def test_untyped_members_in_go() -> None:
    assert go_members(GO) == (4, ["Result", "More"])
