"""Run a module as ``python -m`` does, and end when the process that started it ends.

    python -P child_main.py MODULE [ARGUMENT…]

Standard input is a pipe whose other end only the starter holds. When the starter is gone, killed with SIGKILL
included, the pipe reports its end; this process and those that it started go too, on any platform.
"""

from __future__ import annotations

import os
import runpy
import select
import signal
import sys
import threading

_GRACE_SECONDS = 1.0


def main() -> None:
    """Run the module that the command line names."""
    watcher = threading.Thread(target=_end_with_starter, daemon=True)
    watcher.start()
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    finally:
        # The starter's end may be what ended the module, for instance by a broken pipe. The interpreter would now stop
        # the watcher before it has ended the group.
        starter_is_gone, _, _ = select.select([0], [], [], _GRACE_SECONDS)
        if starter_is_gone:
            watcher.join()


def _end_with_starter() -> None:
    while os.read(0, 4096):
        pass
    # The whole group, of which this is the first process: what was started here would be left behind otherwise.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
