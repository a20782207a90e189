"""The processor: Lambda shows a function two of them and lets it use less than one, unless it has much memory.

Threads that take turns at Python's lock then wake each other across processors, which is half of what a small document
costs; on one processor they need not (docs/performance.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# Lambda's figure for one whole processor. With more memory, images are encrypted side by side on several.
WHOLE_PROCESSOR_MB = 1769
_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"


def stay_on_one(environment: Mapping[str, str]) -> None:
    """Keep this thread, and those that it will start, on one processor if Lambda gives no more than one.

    Where that can't be done (another system, a sandbox that forbids it), all stays as it is: it only saves time.
    """
    memory = environment.get(_MEMORY, "")
    if sys.platform != "linux" or not memory.isdecimal() or int(memory) > WHOLE_PROCESSOR_MB:
        return
    try:
        processors = sorted(os.sched_getaffinity(0))
        # By its number, so that functions side by side on a developer's machine don't all meet on the same one.
        os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})
    except OSError:
        return
