"""What the emulator's reader needs of npm's registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from emulator.data import DATA_FOLDER


def test_without_the_registry_npm_s_own_words_and_a_sentence_are_said(tmp_path: Path) -> None:
    # A copy: npm takes down what was installed before it looks whether it can do so again.
    folder = tmp_path / "emulator" / "data"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "package.json", "package-lock.json"):
        shutil.copy(DATA_FOLDER / name, folder)
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
