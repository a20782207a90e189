"""The guarantees of the design under fire: what may happen to a pipeline happens, and the accounts are drawn up.

They are kept by the emulated OCR service's counters, by the queues and by the tables, never by the code under test,
which runs unpatched in processes of its own. ``python -m soak --help``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# What runs in Lambda is a tree of its own; its schedule and its parts are imported from where they lie.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
