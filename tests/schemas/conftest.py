"""The emulated OCR service and the verify function, shared with the tests of the verification."""

from __future__ import annotations

from tests.functions.verification.conftest import (
    function,
    proxy,
    shared_function,
    shared_proxy,
    shared_world,
    world,
)

__all__ = ["function", "proxy", "shared_function", "shared_proxy", "shared_world", "world"]
