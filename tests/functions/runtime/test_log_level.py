"""Lambda's own log level applies to every library that a function loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage


@pytest.mark.parametrize("log_format", ["JSON", "Text"])
def test_a_function_at_debug_level_logs_nothing_personal(
    start: Callable[..., AnalyzeProcess], stage: Stage, ocr_proxy: Proxy, log_format: str
) -> None:
    """botocore logs whole requests and responses at this level. The audit searches the log after the test."""
    levels = {"AWS_LAMBDA_LOG_FORMAT": log_format, "AWS_LAMBDA_LOG_LEVEL": "DEBUG", "POWERTOOLS_LOG_LEVEL": "DEBUG"}
    stage.announce(stage.upload(draw()))
    assert start(settings=settings(stage, ocr_proxy.url) | levels).deliver()[1] == 0
    assert len(stage.collect()) == 1
