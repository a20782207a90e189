"""``python -m ops``."""

from __future__ import annotations

import sys
from pathlib import Path

# The tools speak of documents and of the ledger in the functions' own words.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from ops.cli import app

app(prog_name="python -m ops")
