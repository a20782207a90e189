"""A function with less than one CPU pins its threads to one, if the system allows it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sealed_ocr
from sealed_ocr.runtime.startup import ONE_CPU_MB

pytestmark = pytest.mark.unit

# Print how many CPUs a thread started afterwards may use, and how many the process had before.
STARTED = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from sealed_ocr.runtime.startup import pin_to_one_cpu

{before}
# Only Linux has CPU affinity.
processors = getattr(os, "sched_getaffinity", lambda _: [0])
had = processors(0)
pin_to_one_cpu({environment})
print(len(ThreadPoolExecutor(1).submit(processors, 0).result()), len(had))
"""
# A sandbox that does not let a process set its CPU affinity.
FORBIDDEN = """
def forbidden(*_):
    raise PermissionError

os.sched_setaffinity = forbidden
"""


def started(environment: dict[str, str], before: str = "") -> tuple[int, int]:
    program = STARTED.format(environment=environment, before=before)
    functions = Path(sealed_ocr.__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=functions, check=True)
    has, had = ended.stdout.split()
    return int(has), int(had)


@pytest.mark.parametrize("memory", [256, 512, ONE_CPU_MB])
def test_threads_stay_on_one_cpu_with_little_memory(memory: int) -> None:
    assert started({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory)})[0] == 1


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(ONE_CPU_MB + 1)},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "much"},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": ""},
        {},
    ],
)
def test_threads_use_all_cpus_otherwise(environment: dict[str, str]) -> None:
    has, had = started(environment)
    assert has == had


def test_a_sandbox_without_cpu_affinity_changes_nothing() -> None:
    has, had = started({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512"}, FORBIDDEN)
    assert has == had
