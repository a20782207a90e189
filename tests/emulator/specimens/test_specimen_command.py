from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from emulator.specimens import extract

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_writes_specimens_and_prints_their_paths(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulator.specimens", str(tmp_path / "new"), "--kind", "passport", "--count", "2"]
    done = subprocess.run([*command, "--seed", "5", "--format", "jpeg"], capture_output=True, text=True, check=True)
    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files] == ["passport-0005.jpg", "passport-0006.jpg"]
    assert done.stdout.split() == [str(file) for file in files]
    assert extract(files[0].read_bytes()) is not None
