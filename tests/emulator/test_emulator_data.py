"""The command that fetches the emulator's files from npm's registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from emulator.data import DATA_FOLDER


def test_an_unreachable_registry_prints_npms_error_and_a_message(tmp_path: Path) -> None:
    # A copy, because npm removes the installed packages before it contacts the registry.
    folder = tmp_path / "emulator" / "data"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "package.json", "package-lock.json"):
        shutil.copy(DATA_FOLDER / name, folder)
    shutil.copytree(DATA_FOLDER.parents[1] / "workstation", tmp_path / "workstation")
    registry = {
        "npm_config_registry": "http://127.0.0.1:9/",
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_fetch_retries": "0",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "emulator.data"],
        cwd=tmp_path,
        env={**os.environ, **registry},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1
    assert "ECONNREFUSED" in ended.stderr
    assert "were not fetched from npm's registry" in ended.stderr
    assert "Traceback" not in ended.stderr
