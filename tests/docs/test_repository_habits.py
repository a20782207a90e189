"""The files for contributors agree with the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
DEPENDABOT = (ROOT / ".github" / "dependabot.yml").read_text()
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
BUILT = {".venv", "node_modules", "fetched", "build", "cdk.out", "out", ".local"}


def folders(name: str) -> set[str]:
    found = {path.parent.relative_to(ROOT) for path in ROOT.rglob(name)}
    return {f"/{folder}".removesuffix("/.") for folder in found if not BUILT & {*folder.parts}}


@pytest.mark.parametrize(("ecosystem", "file"), [("pip", "requirements.in"), ("npm", "package.json")])
def test_dependabot_watches_every_folder_with_dependencies(ecosystem: str, file: str) -> None:
    (listed,) = re.findall(rf"package-ecosystem: {ecosystem}\n +directories: \[(.+)\]", DEPENDABOT)
    assert {folder.strip('" ').removesuffix("/") for folder in listed.split(",")} == folders(file)


def test_the_workflow_runs_what_contributors_run_with_no_more_rights_than_to_read() -> None:
    assert re.findall(r"run: (.+)", WORKFLOW) == [".ci/run"]
    assert re.findall(r"^permissions:\n((?:  .+\n)+)", WORKFLOW, re.MULTILINE) == ["  contents: read\n"]
    assert "secrets." not in WORKFLOW


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it() -> None:
    used = re.findall(r"uses: (.+)", WORKFLOW)
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", each)] == []


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = (ROOT / ".python-version").read_text().strip()
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text()
    assert re.findall(r'python: \["([\d.]+)"', WORKFLOW) == [oldest]


def test_every_folder_with_an_owner_exists() -> None:
    owned = re.findall(r"^/(\S+)", (ROOT / ".github" / "CODEOWNERS").read_text(), re.MULTILINE)
    assert [path for path in owned if not (ROOT / path).exists()] == []
