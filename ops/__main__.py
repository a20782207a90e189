"""Entry point of ``python -m ops``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

# The tools use the functions' own code, for example for documentIds and the ledger.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from workstation.terminal import escape_unencodable


def main() -> None:
    """Run the command line."""
    # The imports take a second. Ctrl-C then ends the process at once; Python would print a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ops.cli import app

    signal.signal(signal.SIGINT, signal.default_int_handler)
    escape_unencodable()
    app(prog_name="python -m ops")


if __name__ == "__main__":
    main()
