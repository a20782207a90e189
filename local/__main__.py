"""``python -m local``."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

# The console speaks of documents in the functions' own words.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from local.cli import app
from local.run import Exit


def main() -> None:
    """Follow the command line; a fault of our own has an exit code of its own, for 1 means something else here."""
    try:
        app(prog_name="python -m local")
    except Exception:  # noqa: BLE001 - the last resort, and it hides nothing
        traceback.print_exc()
        sys.exit(Exit.BROKEN)


if __name__ == "__main__":
    main()
