"""A process that starts another one and prints both ids.

With the argument ``exits`` the module exits when its parent does, before any other thread has noticed that.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time

if __name__ == "__main__":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(json.dumps({"own": os.getpid(), "spawned": child.pid}), flush=True)
    if "exits" in sys.argv:
        kill_group = os.killpg

        def kill_late(group: int, number: int) -> None:
            time.sleep(0.5)
            kill_group(group, number)

        os.killpg = kill_late
        select.select([0], [], [])
        sys.exit(1)
    print("something else")
    time.sleep(600)
