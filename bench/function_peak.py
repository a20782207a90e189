"""Be the analyze function: handle the event on standard input, print what this process's memory peaked at.

A module of its own, so that nothing but the function is in its process; ``bench.memory`` runs it.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import analyze


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


def main() -> None:
    """Handle the event."""
    event = json.load(sys.stdin)
    answer = analyze.handler(event, _Context())
    print(json.dumps({"peak": _own_peak(), "failed": len(answer["batchItemFailures"])}))


def _own_peak() -> int:
    """Return the most bytes that this process had in memory; Linux's ``ru_maxrss`` would be its parent's, if larger."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
