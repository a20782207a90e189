"""The local pipeline and its messages, shared with the tests of the Python example."""

from __future__ import annotations

from tests.examples.conftest import messages, ocr, pipeline

__all__ = ["messages", "ocr", "pipeline"]
