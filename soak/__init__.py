"""Soak tests of the design's guarantees: faults are injected, and uploads, messages and payments are reconciled.

The numbers come from the OCR emulator's counters, the queues and the tables, never from the code under test, which runs
unpatched in processes of its own. Run ``python -m soak --help``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The functions are an import root of their own.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
