"""The decision records in ``docs/adr`` are complete, and the index lists each of them with its status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parents[2] / "docs" / "adr"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
HEAD = re.compile(
    r"# (?P<number>\d{4})\. (?P<title>.+)\n\n"
    r"- Status: (?P<status>.+)\n"
    r"- Date: \d{4}-\d{2}-\d{2}(?: \(`[0-9a-f]{7}`(?:, `[0-9a-f]{7}`)*\))?\n\n"
)
STATUS = re.compile(r"accepted(; supersedes \[\d{4}\]\(.+\))?|superseded by \[\d{4}\]\(.+\)")
ROW = re.compile(r"\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+?) \| .+ \|")
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives"]


def head(record: Path) -> dict[str, str]:
    found = HEAD.match(record.read_text())
    assert found, f"{record.name} does not begin with its title, status and date"
    return found.groupdict()


def related(relation: str, record: Path) -> list[str]:
    return re.findall(rf"{relation} \[(\d{{4}})\]", head(record)["status"])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.stem))
def test_a_record_has_every_part(record: Path) -> None:
    assert head(record)["number"] == record.name[:4]
    assert STATUS.fullmatch(head(record)["status"])
    assert re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE) == SECTIONS


def test_numbers_have_no_gap_and_none_comes_twice() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_index_lists_every_record_with_its_title_and_status() -> None:
    rows = {number: rest for number, *rest in ROW.findall((FOLDER / "README.md").read_text())}
    heads = {record.name: head(record) for record in RECORDS}
    assert rows == {found["number"]: [name, found["title"], found["status"]] for name, found in heads.items()}


def test_a_superseded_record_and_its_successor_name_each_other() -> None:
    old = {(record.name[:4], new) for record in RECORDS for new in related("superseded by", record)}
    new = {(old, record.name[:4]) for record in RECORDS for old in related("supersedes", record)}
    assert old == new
    assert old
