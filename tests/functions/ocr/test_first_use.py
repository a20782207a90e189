"""A cold process does not crash when several threads decode their first response at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sealed_ocr

pytestmark = pytest.mark.unit

ROUNDS = 6
COLD = """
import sys, threading
import msgspec
from sealed_ocr.ocr import models

sys.setswitchinterval(1e-6)
start = threading.Barrier(16)

def first_use():
    start.wait()
    field = {"key": "name", "value": "x", "conf": 0.5}
    msgspec.convert({"isSuccessful": True, "resultCode": 0}, models.Header)
    msgspec.convert({"key": "x", "version": "0"}, models.KeyResult)
    msgspec.convert({"idType": "resident", "keyValues": [field]}, models.IdCardResult)
    msgspec.convert({"cardNums": [{"value": "x", "conf": 0.5}]}, models.CardResult)
    msgspec.convert({"isAuthenticity": True}, models.VerdictResult)

threads = [threading.Thread(target=first_use) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_concurrent_first_responses_do_not_crash_the_process() -> None:
    functions = Path(sealed_ocr.__file__).parent.parent
    # Two of three such processes used to crash, so the test starts several.
    ended = [
        subprocess.run([sys.executable, "-c", COLD], env={"PYTHONPATH": str(functions)}, check=False).returncode
        for _ in range(ROUNDS)
    ]
    assert ended == [0] * ROUNDS
