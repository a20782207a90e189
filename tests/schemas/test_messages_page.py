"""docs/messages.md: its examples are the committed ones, and it says of every problem and rejection what is so."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from sealed_ocr.analysis.messages import RejectionCode
from sealed_ocr.verification.claim_validation import RULES
from sealed_ocr.verification.problems import STATUSES
from verdicts import THEN, Then

from schemas.example_files import FOLDER
from schemas.messages_page import PAGE, filled

TEXT = PAGE.read_text()
# What the page says of "the same claim again?".
AGAIN = {
    Then.LATER: "yes, after `Retry-After`",
    Then.ONCE_MORE: "once, with the same `Idempotency-Key`",
    Then.CORRECT: "no: a person corrects it",
    Then.UPLOAD: "no: ",
    Then.OPERATOR: "no: ",
    Then.NEVER: "**never**",
}


def rows(heading: str) -> dict[str, list[str]]:
    """Return the table whose first column is headed so: its cells by the first of them."""
    _, _, below = TEXT.partition(f"| {heading} |")
    table = below.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {first.strip("`"): rest for first, *rest in cells}


def test_it_shows_the_examples_as_they_are_now() -> None:
    assert filled(TEXT) == TEXT, "write them again: make schemas"
    shown = set(re.findall(r"<!-- example: ([a-z-]+)", TEXT))
    assert shown == {path.stem for path in FOLDER.glob("*.json")}


def test_an_example_that_does_not_exist_is_no_block() -> None:
    with pytest.raises(FileNotFoundError):
        filled("<!-- example: nothing -->\n<!-- end -->\n")


def test_it_tells_of_every_problem_what_the_example_does() -> None:
    told = rows("`type` | status")
    assert {kind: int(status) for kind, (status, *_) in told.items()} == STATUSES
    for kind, (_, _, again) in told.items():
        assert again.startswith(AGAIN[THEN[kind]]), kind


def test_it_tells_of_every_rejection() -> None:
    assert rows("`rejection.code`").keys() == {*get_args(RejectionCode)}


def test_it_tells_of_every_claim_that_is_offered_which_fields_it_has_in_which_form() -> None:
    told = rows("`idType` of the claim")
    # The vendor verifies no passports any more.
    assert told.keys() == RULES.keys() - {"passport"}
    for kind, (fields,) in told.items():
        assert re.findall(r"`(\w+)`", fields) == [*RULES[kind]]
        assert not [name for name, rule in RULES[kind].items() if name != "name" and rule.expected not in fields]
