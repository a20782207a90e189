"""Everything that the pages refer to exists: files, sections, paths and modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("[!.]*/README.md")})
FOLDERS = {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()} | {
    *("docs", "examples", "functions", "tests", ".ci", ".github")
}
LINK = re.compile(r"(?:\]\(|src(?:set)?=\")([^)\"#\s]+)")
LINK_TO_SECTION = re.compile(r"\]\(([^)\s#]*)#([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
MODULE = re.compile(r"\w+\.py")
TEST = re.compile(r"test_\w+")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def words_in_code_type(page: Path) -> list[str]:
    return [word for code in CODE.findall(FENCE.sub("", page.read_text())) for word in code.split()]


def exists(page: Path, path: str) -> bool:
    return any(next(folder.glob(path.rstrip("/")), None) for folder in (ROOT, page.parent))


@every_page
def test_a_link_points_at_a_file_that_exists(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@every_page
def test_a_link_to_a_section_points_at_its_heading(page: Path) -> None:
    links = [(target, anchor) for target, anchor in LINK_TO_SECTION.findall(page.read_text()) if "://" not in target]
    assert [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in anchors(page.parent / target if target else page)
    ] == []


@every_page
def test_a_path_in_code_type_exists(page: Path) -> None:
    words = [word for word in words_in_code_type(page) if PATH.fullmatch(word) and "/" in word]
    paths = [word for word in words if word.split("/")[0] in FOLDERS and "NNNN" not in word]
    assert [path for path in paths if not exists(page, path)] == []


def test_a_module_that_a_page_names_without_its_folder_exists() -> None:
    modules = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")} | {"app.py"}
    named = {(page.name, word) for page in PAGES for word in words_in_code_type(page) if MODULE.fullmatch(word)}
    assert {(page, module) for page, module in named if module not in modules} == set()


def test_a_test_that_a_page_names_exists() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    defined = set(re.findall(r"def (test_\w+)\(", sources))
    named = {(page.name, word) for page in PAGES for word in words_in_code_type(page) if TEST.fullmatch(word)}
    assert named
    assert {(page, test) for page, test in named if test not in defined} == set()


def test_a_decision_record_that_the_code_names_exists() -> None:
    named = {
        (path.name, number)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for number in re.findall(r"docs/adr/(\d{4})", path.read_text())
    }
    assert named
    assert {(name, number) for name, number in named if not list(ROOT.glob(f"docs/adr/{number}-*.md"))} == set()


def test_the_pages_name_paths_and_modules() -> None:
    words = {word for page in PAGES for word in words_in_code_type(page)}
    assert {"infra/", "infra/cdk.py", "app.py"} <= words
