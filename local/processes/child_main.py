"""Run a module as ``python -m`` does, and exit when the process that started it exits.

    python -P child_main.py MODULE [ARGUMENT…]

Standard input is a pipe whose other end only the parent holds. When the parent exits, even by SIGKILL, the pipe is
closed; then this process and all its own children exit, on any platform.
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
    watcher = threading.Thread(target=_exit_with_parent, daemon=True)
    watcher.start()
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except BaseException:
        # The module may have ended because the parent exited, for instance by a broken pipe. The interpreter would then
        # stop the watcher before it has killed the group.
        parent_exited, _, _ = select.select([0], [], [], _GRACE_SECONDS)
        if parent_exited:
            watcher.join()
        raise


def _exit_with_parent() -> None:
    while os.read(0, 4096):
        pass
    # Kill the whole process group, which this process leads: its own children would stay behind otherwise.
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
