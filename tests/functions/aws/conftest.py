"""The emulated AWS of the verification, for the tests of Request-Keys."""

from __future__ import annotations

from tests.functions.verification.conftest import aws_url, shared_world, world

__all__ = ["aws_url", "shared_world", "world"]
