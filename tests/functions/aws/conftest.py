"""Fixtures of the verification tests that the tests of Request-Keys use too."""

from __future__ import annotations

from tests.functions.verification.conftest import shared_world, world

__all__ = ["shared_world", "world"]
