"""The pipeline where awslambdaric has no native client, as on macOS: from an upload to its message and its verdict."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from local.processes.child import ROOT
from tests.support.polling import PATIENCE


@pytest.fixture
def interpreter(tmp_path: Path) -> Path:
    """An interpreter that has every library of this one but the native client."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    (libraries,) = folder.glob("lib/python*/site-packages")
    for library in Path(sysconfig.get_path("purelib")).iterdir():
        if not library.name.startswith("runtime_client."):
            (libraries / library.name).symlink_to(library)
    return folder / "bin" / "python"


def test_an_upload_has_its_message_and_its_verdict_without_the_native_client(interpreter: Path) -> None:
    hidden = subprocess.run([interpreter, "-c", "import runtime_client"], capture_output=True, check=False)
    assert b"No module named 'runtime_client'" in hidden.stderr
    patience = ["--timeout", str(5 * PATIENCE)]
    ended = subprocess.run(
        [interpreter, "-m", "local", "run", *patience, "--json", "--verify", "--reader", "specimen", "--no-pictures"],
        cwd=ROOT,
        capture_output=True,
        timeout=6 * PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [line.get("isAuthenticity") for line in lines] == [None] * 5 + [True] * 2
