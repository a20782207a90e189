"""``python -m local``."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

# The console imports the functions' modules.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "functions"))

from local.cli.exit_codes import ExitCode
from workstation.terminal import escape_unencodable


def main() -> NoReturn:
    """Run the command line. An internal error has its own exit code, because 1 means that a document was rejected."""
    # The imports take a second. Ctrl-C then ends the process at once; Python would print a traceback. From the moment
    # that something has to be stopped, `session` handles the signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from local.cli.commands import app

    escape_unencodable()
    code: int = ExitCode.PIPELINE_FAILED
    try:
        app(prog_name="python -m local")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else ExitCode.ANALYZED
    except Exception:  # noqa: BLE001 - the last resort, and the traceback is printed
        traceback.print_exc()
    _exit(code)


def _exit(code: int) -> NoReturn:
    # All resources are closed by now. An interrupt can hit a library after it took a lock and before the block that
    # releases it. A normal interpreter exit closes that library's connections and would wait for the lock for ever.
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
