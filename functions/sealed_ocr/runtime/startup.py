"""CPU affinity at start-up.

Lambda shows a function two processors, but below 1,769 MB gives it the time of less than one. Threads that hand over
Python's lock then wake each other across processors, which is half of the cost of a small document
(docs/performance.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# Lambda's figure for one whole processor. A function with more memory encrypts images side by side on several.
ONE_CPU_MB = 1769
_MEMORY = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"


def pin_to_one_cpu(environment: Mapping[str, str]) -> None:
    """Pin this thread, and the threads that it starts, to one processor if Lambda gives no more than one.

    On a system that does not allow this, nothing changes: pinning only saves time.
    """
    memory = environment.get(_MEMORY, "")
    if sys.platform != "linux" or not memory.isdecimal() or int(memory) > ONE_CPU_MB:
        return
    try:
        processors = sorted(os.sched_getaffinity(0))
        # Chosen by process id, so that functions on a developer's machine do not all share one processor.
        os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})
    except OSError:
        return
