"""Every file and folder of the project that a page names in code type exists."""

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
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)+/?")
MODULE = re.compile(r"\w+\.py")


def spans(page: Path) -> list[str]:
    return [word for span in SPAN.findall(FENCE.sub("", page.read_text())) for word in span.split()]


def exists(page: Path, path: str) -> bool:
    return any(next(folder.glob(path.rstrip("/")), None) for folder in (ROOT, page.parent))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_path_in_code_type_exists(page: Path) -> None:
    paths = [word for word in spans(page) if PATH.fullmatch(word) and word.split("/")[0] in FOLDERS]
    assert [path for path in paths if "NNNN" not in path and not exists(page, path)] == []


def test_a_module_that_a_page_names_without_its_folder_exists() -> None:
    modules = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")} | {"app.py"}
    named = {(page.name, word) for page in PAGES for word in spans(page) if MODULE.fullmatch(word)}
    assert {(page, module) for page, module in named if module not in modules} == set()


def test_the_pages_name_paths() -> None:
    assert "infra/cdk.py" in {word for page in PAGES for word in spans(page)}
