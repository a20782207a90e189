"""A process that starts another one, and says so.

With the argument ``ends`` it ends by itself when its starter does, and before anything else in it has found that out.
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
    print(json.dumps({"own": os.getpid(), "begotten": child.pid}), flush=True)
    if "ends" in sys.argv:
        kill_group = os.killpg
        os.killpg = lambda *group: (time.sleep(0.5), kill_group(*group))
        select.select([0], [], [])
        sys.exit(1)
    print("something else")
    time.sleep(600)
