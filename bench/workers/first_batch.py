"""Print the CPU seconds of a process's first batch.

    python -m bench.workers.first_batch ours|bare CALLS.json BYTES COUNT

``ours`` handles so many documents as the analyze function does; ``bare`` makes their calls to AWS with boto3, from as
many threads. Imports and clients are behind both.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.workers import bare_calls


def main() -> None:
    """Measure one batch."""
    kind, calls, size, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    work = {"ours": _ours, "bare": _bare}[kind](calls, size, count)
    before = time.process_time()
    work()
    answers.write(f"{time.process_time() - before}\n")


def _ours(_: Path, size: int, count: int) -> Callable[[], object]:
    from bench.workers import whole_document

    return whole_document.job(count, size)


def _bare(calls: Path, size: int, count: int) -> Callable[[], object]:
    document = bare_calls.job(json.loads(calls.read_bytes())[str(size)])

    def work() -> None:
        with ThreadPoolExecutor(count) as threads:
            for made in [threads.submit(document) for _ in range(count)]:
                made.result()

    return work


if __name__ == "__main__":
    main()
