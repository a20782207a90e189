"""One walk: from a delivery to its message, the code hardly returns to a module that it has left."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

from sealed_ocr import analysis

from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.stage import Stage

FOLDER = Path(analysis.__file__).parent


def module_of(frame: FrameType | None) -> str | None:
    """Return the module of ``analysis`` that runs in ``frame``, or that called it."""
    while frame and Path(frame.f_code.co_filename).parent != FOLDER:
        frame = frame.f_back
    return Path(frame.f_code.co_filename).stem if frame else None


def test_few_calls_return_to_a_module(parts: Parts, stage: Stage) -> None:
    calls: list[tuple[str | None, str, str]] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and Path(frame.f_code.co_filename).parent == FOLDER:
            calls.append((module_of(frame.f_back), str(module_of(frame)), frame.f_code.co_name))

    stage.announce(stage.upload(draw(), "id-card/a.png"))
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        assert parts.deliver() == []
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    visited: set[str] = set()
    returning = []
    for caller, module, function in calls:
        if module != caller and module in visited:
            returning.append((caller, module, function))
        visited.add(module)
    # Time and the encoder's keys may run out between two questions. Nothing else is asked twice.
    assert returning == [
        ("analyzer", "deadline", "allows_ocr_call"),
        ("recognition", "deadline", "allows_ocr_call"),
        ("analyzer", "encoding", "encode"),
        ("batch", "deadline", "allows_aws_calls"),
        ("batch", "deadline", "allows_aws_calls"),
    ]
