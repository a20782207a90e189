"""A process that starts another one, and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

if __name__ == "__main__":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(json.dumps({"own": os.getpid(), "begotten": child.pid}), flush=True)
    print("something else")
    time.sleep(600)
