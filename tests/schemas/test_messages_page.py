"""docs/messages.md: it has the committed examples, and covers every problem and rejection correctly."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from sealed_ocr.analysis.messages import Delay, RejectionCode
from sealed_ocr.analysis.review import ReviewReason
from sealed_ocr.ocr.card_fields import ID_CARD_FIELDS
from sealed_ocr.verification.claim_validation import RULES
from sealed_ocr.verification.problems import STATUSES
from verification_client import NEXT_STEPS, NextStep

from local.processes.child import ROOT
from schemas.example_files import FOLDER
from schemas.field_tables import FORMS
from schemas.messages_page import PAGE, fill_examples

TEXT = PAGE.read_text()
# The page's column "the same claim again?".
AGAIN = {
    NextStep.RETRY_LATER: "yes, after `Retry-After`",
    NextStep.RETRY_ONCE: "once, with the same `Idempotency-Key`",
    NextStep.CORRECT_CLAIM: "no: a person corrects it",
    NextStep.UPLOAD_AGAIN: "no: ",
    NextStep.ASK_OPERATOR: "no: ",
    NextStep.NEVER: "**never**",
}


def rows(heading: str) -> dict[str, list[str]]:
    """Return the rows of the table with this first heading: the further cells by the first cell."""
    _, _, below = TEXT.partition(f"| {heading} |")
    table = below.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {first.strip("`"): rest for first, *rest in cells}


def test_it_shows_the_current_examples() -> None:
    assert fill_examples(TEXT) == TEXT, "update the page with: make schemas"
    shown = set(re.findall(r"<!-- example: ([a-z-]+)", TEXT))
    assert shown == {path.stem for path in FOLDER.glob("*.json")}


def test_it_has_every_field_of_every_card_with_an_example() -> None:
    assert {card: [*forms] for card, forms in FORMS.items()} == {
        card: [*fields] for card, fields in ID_CARD_FIELDS.items()
    }
    assert set(re.findall(r"<!-- fields: ([a-z-]+)", TEXT)) == {*ID_CARD_FIELDS, "credit-card"}


def test_it_has_every_reason_for_a_review() -> None:
    assert rows("`why`").keys() == {*get_args(ReviewReason)}


def test_the_template_for_several_consumers_is_valid() -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", ROOT / "examples" / "fan-out.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_a_block_with_a_missing_example_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        fill_examples("<!-- example: nothing -->\n<!-- end -->\n")


def test_it_has_every_problem_with_the_next_step_of_the_example() -> None:
    documented = rows("`type` | status")
    assert {kind: int(status) for kind, (status, *_) in documented.items()} == STATUSES
    for kind, (_, _, again) in documented.items():
        assert again.startswith(AGAIN[NEXT_STEPS[kind]]), kind


def test_it_has_every_rejection() -> None:
    assert rows("`rejection.code`").keys() == {*get_args(RejectionCode)}


def test_it_has_every_delay() -> None:
    code = msgspec.structs.fields(Delay)[0]
    assert rows("`delay.code`").keys() == {*get_args(get_args(code.type)[0])}


def test_it_has_every_offered_claim_with_its_fields_and_their_form() -> None:
    documented = rows("`idType` of the claim")
    # The vendor verifies no passports any more.
    assert documented.keys() == RULES.keys() - {"passport"}
    for kind, (fields,) in documented.items():
        assert re.findall(r"`(\w+)`", fields) == [*RULES[kind]]
        assert not [name for name, rule in RULES[kind].items() if name != "name" and rule.expected not in fields]
