"""A stack with outputs only, and functions in Lambda, for ``doctor`` to look up."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from tests.ops.live_pipeline import LivePipeline


@pytest.fixture
def deployed(pipeline: LivePipeline) -> Iterator[Callable[..., str]]:
    """Deploy a stack with outputs only, by default those of the pipeline; return its name."""
    cloudformation = pipeline.client("cloudformation")
    names: list[str] = []

    def deploy(**changed: str | None) -> str:
        outputs: dict[str, Any] = (
            msgspec.to_builtins(pipeline.outputs) | {"OcrEndpoint": None, "OauthEndpoint": None} | changed
        )
        template = {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items() if value is not None},
        }
        names.append(f"stack-{uuid.uuid4().hex}")
        cloudformation.create_stack(StackName=names[-1], TemplateBody=json.dumps(template))
        return names[-1]

    yield deploy
    for name in names:
        cloudformation.delete_stack(StackName=name)


@pytest.fixture
def function(pipeline: LivePipeline) -> Iterator[Callable[..., str]]:
    """Create a Lambda function for an OCR service's address, perhaps in a network; return its name."""
    iam, functions = pipeline.client("iam"), pipeline.client("lambda")
    role = iam.create_role(RoleName=f"role-{uuid.uuid4().hex}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("analyze.py", "")
    names: list[str] = []

    def make(endpoint: str, oauth_endpoint: str | None = None, **network: list[str]) -> str:
        names.append(f"function-{uuid.uuid4().hex}")
        variables = {"OCR_ENDPOINT": endpoint} | ({"OCR_OAUTH_ENDPOINT": oauth_endpoint} if oauth_endpoint else {})
        functions.create_function(
            FunctionName=names[-1],
            Role=role,
            Runtime="python3.13",
            Handler="analyze.handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": variables},
            VpcConfig=network,
        )
        return names[-1]

    yield make
    for name in names:
        functions.delete_function(FunctionName=name)
