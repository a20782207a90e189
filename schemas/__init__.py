"""What consumers build against: JSON Schemas, the OpenAPI description, and examples from the pipeline."""

from __future__ import annotations

import sys
from pathlib import Path

# The functions are an import root of their own.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))
