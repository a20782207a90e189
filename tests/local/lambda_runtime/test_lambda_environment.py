"""The environment variables of a function's processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.lambda_runtime.environment import FunctionResource, lambda_environment


def test_it_has_lambda_s_and_the_template_s_variables_but_none_of_the_user_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    function = FunctionResource(
        name="stack-analyze",
        arn="arn:aws:lambda:ap-northeast-2:123456789012:function:stack-analyze",
        handler="analyze.handler",
        runtime="python3.13",
        timeout=120,
        memory=512,
        environment={"OCR_ENDPOINT": "https://ocr.example", "AWS_LAMBDA_LOG_FORMAT": "JSON"},
    )
    made = lambda_environment(function, Path("/task"), "http://127.0.0.1:5")
    expected = {
        "AWS_LAMBDA_FUNCTION_NAME": "stack-analyze",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_REGION": "ap-northeast-2",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5",
        "LAMBDA_TASK_ROOT": "/task",
        "_HANDLER": "analyze.handler",
        "OCR_ENDPOINT": "https://ocr.example",
        "AWS_ACCESS_KEY_ID": "local",
    }
    assert expected.items() <= made.items()
    assert "AWS_PROFILE" not in made
    assert "HTTPS_PROXY" not in made
