"""Entry point of ``python -m ops``."""

from __future__ import annotations

import sys
from pathlib import Path

# The tools use the functions' own code, for example for documentIds and the ledger.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from ops.cli import app

app(prog_name="python -m ops")
