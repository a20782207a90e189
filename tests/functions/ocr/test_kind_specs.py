"""Every kind of document has one row in the table of kinds."""

import ast
from pathlib import Path

import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.kind_specs import KIND_SPECS

pytestmark = pytest.mark.unit

FUNCTIONS = Path(__file__).parents[3] / "functions"


def test_every_kind_has_a_row() -> None:
    assert KIND_SPECS.keys() == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_key_names_its_kind(kind) -> None:
    assert Kind.of_key(f"{kind}/a.png") is kind


def test_the_rows_match_the_guide() -> None:
    assert {kind: (spec.key_service, spec.offers_claim) for kind, spec in KIND_SPECS.items()} == {
        Kind.CREDIT_CARD: ("credit-card", False),
        Kind.ID_CARD: ("id-card", True),
        Kind.ID_CARD_STAND_ALONE: ("id-card", True),
    }


@pytest.mark.parametrize("path", sorted(FUNCTIONS.rglob("*.py")), ids=lambda path: path.name)
def test_no_other_module_refers_to_single_kinds(path) -> None:
    """A new kind needs a row in the table and no other change."""
    named = [
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind"
        if node.attr in Kind.__members__
    ]
    assert not named or path.name == "kind_specs.py"
