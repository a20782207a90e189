"""What the verify function loads at its start: nothing of the lock guard while that is off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sealed_ocr

from tests.functions.runtime.test_settings import VERIFY

pytestmark = pytest.mark.unit

LOADED = """
import sys
import verify
print(*sorted(name for name in sys.modules if name.endswith(("lock_guard", "false_claims"))))
"""


@pytest.mark.parametrize(
    ("days", "loaded"),
    [("0", []), ("30", ["sealed_ocr.aws.false_claims", "sealed_ocr.verification.lock_guard"])],
)
def test_the_lock_guard_is_loaded_only_if_it_is_on(days: str, loaded: list[str]) -> None:
    environment = {
        **VERIFY,
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/test",
        "POWERTOOLS_SERVICE_NAME": "verify",
        "LOCK_GUARD_DAYS": days,
    }
    functions = Path(sealed_ocr.__file__).parents[1]
    started = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, cwd=functions, env=environment, check=True
    )
    assert started.stdout.split() == loaded
