"""Print the CPU seconds of a process's first batch, and those of the whole process until then.

    python -m bench.workers.first_batch ours|bare CALLS.json BYTES COUNT

``ours`` handles ``COUNT`` documents with the analyze function. ``bare`` makes their AWS calls with boto3, in as many
threads. The first figure starts after imports and clients.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def main() -> None:
    """Measure one batch."""
    kind, calls, size, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    work = {"ours": _ours, "bare": _bare}[kind](calls, size, count)
    before = time.process_time()
    work()
    after = time.process_time()
    answers.write(f"{after - before} {after}\n")


def _ours(_: Path, size: int, count: int) -> Callable[[], object]:
    # Imported here, as below, so that a process loads only what it measures.
    from bench.workers import whole_document

    return whole_document.job(count, size)


def _bare(calls: Path, size: int, count: int) -> Callable[[], object]:
    from bench.workers import bare_calls

    document = bare_calls.job(json.loads(calls.read_bytes())[str(size)])

    def work() -> None:
        with ThreadPoolExecutor(count) as threads:
            for future in [threads.submit(document) for _ in range(count)]:
                future.result()

    return work


if __name__ == "__main__":
    main()
