"""The template is synthesised only when one of its sources has changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.deploy.synthesis import Synthesis
from local.processes.child import ChildError

APP = """
import json, os
from pathlib import Path
out = Path(os.environ["CDK_OUTDIR"])
out.mkdir()
runs = Path(__file__).parent / "runs"
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
template = {"runs": len(runs.read_text()), "context": json.loads(os.environ["CDK_CONTEXT_JSON"]),
            "profile": os.environ.get("AWS_PROFILE")}
(out / "Stack.template.json").write_text(json.dumps(template))
(out / "Stack.assets.json").write_text("{}")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    project = tmp_path / "project"
    for file, text in {"app.py": APP, "infra/stack.py": "a = 1", "functions/x/y.py": "b = 1", "notes.md": "c"}.items():
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text)
    return project


def synthesised(project: Path, **settings: str) -> dict[str, Any]:
    folder = project.parent / f"run-{len(list(project.parent.iterdir()))}"
    folder.mkdir()
    synthesis = Synthesis(folder, project, settings)
    synthesis.start()
    try:
        return synthesis.template()
    finally:
        synthesis.stop()


def test_the_app_runs_without_a_package_and_without_the_user_s_settings(project: Path) -> None:
    assert synthesised(project) == {"runs": 1, "context": {"bundle": False}, "profile": None}


def test_unchanged_sources_use_the_cached_template(project: Path) -> None:
    synthesised(project)
    (project / "notes.md").write_text("not a source")
    assert synthesised(project)["runs"] == 1


@pytest.mark.parametrize("changed", ["app.py", "infra/stack.py", "functions/x/y.py", "infra/new.py", "cdk.json"])
def test_any_change_of_the_sources_creates_a_new_template(project: Path, changed: str) -> None:
    synthesised(project)
    path = project / changed
    path.write_text((path.read_text() if path.exists() else "") + "\n# changed")
    assert synthesised(project)["runs"] == 2
    assert len(list((project / ".local" / "templates").iterdir())) == 1


def test_another_key_file_creates_a_new_template(project: Path) -> None:
    keys = project / "keys.json"
    keys.write_text("one")
    (project / "cdk.json").write_text('{"context": {"consumerPublicKeys": "keys.json"}}')
    synthesised(project)
    assert synthesised(project)["runs"] == 1
    keys.write_text("another")
    assert synthesised(project)["runs"] == 2
    other = project / "other.json"
    other.write_text("third")
    assert synthesised(project, consumerPublicKeys="other.json")["runs"] == 3
    other.write_text("fourth")
    assert synthesised(project, consumerPublicKeys="other.json")["runs"] == 4


def test_other_settings_have_a_template_of_their_own(project: Path) -> None:
    synthesised(project)
    context = {"bundle": False, "memory": "256", "stage": "b"}
    assert synthesised(project, stage="b", memory="256") == {"runs": 2, "context": context, "profile": None}
    assert synthesised(project, memory="256", stage="b")["runs"] == 2
    assert synthesised(project)["runs"] == 1
    (project / "app.py").write_text((project / "app.py").read_text() + "\n# changed")
    assert synthesised(project)["runs"] == 3
    assert len(list((project / ".local" / "templates").iterdir())) == 1


def test_two_runs_that_start_at_once_both_get_their_template(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [Synthesis(project.parent / name, project) for name in ("one", "other")]
    for run in runs:
        run._out.parent.mkdir()
        run.start()
    runs[0].template()
    cached_meanwhile = []

    def copy(source: Path, target: Path) -> None:
        # The first run may read its template at any time, now for instance.
        cached_meanwhile.append(json.loads(runs[0]._cached.read_bytes()))
        shutil.copyfile(source, target)

    monkeypatch.setattr("local.deploy.synthesis.shutil", SimpleNamespace(copyfile=copy))
    assert [runs[1].template()["context"], cached_meanwhile[0]["context"]] == [{"bundle": False}] * 2


def test_a_failing_app_is_reported_with_its_log(project: Path) -> None:
    (project / "app.py").write_text("raise SystemExit('Setting stage is wrong')")
    with pytest.raises(ChildError, match=r"app\.py failed to write a template; see .*synth\.log") as raised:
        synthesised(project)
    log = Path(str(raised.value).split("; see ")[1])
    assert "Setting stage is wrong" in log.read_text()
