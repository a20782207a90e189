"""``python -m local``."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

# The console speaks of documents in the functions' own words.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from local.cli.commands import app
from local.cli.run import Exit


def main() -> NoReturn:
    """Follow the command line; a fault of our own has an exit code of its own, for 1 means something else here."""
    code: int = Exit.BROKEN
    try:
        app(prog_name="python -m local")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else Exit.ANALYZED
    except Exception:  # noqa: BLE001 - the last resort, and it hides nothing
        traceback.print_exc()
    _end(code)


def _end(code: int) -> NoReturn:
    # What was begun is closed by now. An interruption can hit a library between taking a lock and the block that gives
    # it back, and the interpreter's own end, which closes that library's connections, would wait for it for ever.
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
