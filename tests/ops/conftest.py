"""One local pipeline for all tests of the operator tools, which use it over HTTP as an operator does."""

from __future__ import annotations

import io
import json
import re
import shlex
import signal
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.loaders import create_loader

from emulator.control.client import ControlClient
from ops.common.stack import StackOutputs
from tests.ops.live_pipeline import ROOT, LivePipeline
from tests.ops.simulated_pipeline import simulated_stage
from tests.support.polling import PATIENCE

# So high that it holds nothing back.
CEILING = "maxCallsPerDay=100000"
_LOCAL_ONLY: dict[str, Any] = dict.fromkeys(
    ("OcrEndpoint", "OauthEndpoint", "FunctionLogs", "MaxCallsPerHour", "MaxCallsPerDay")
)

# A session of botocore reads the models of its services anew, which is a third of a command's time. The commands of a
# worker share what was read.
pytest.MonkeyPatch().setattr("botocore.session.create_loader", cache(create_loader))


@pytest.fixture(scope="session")
def running_pipeline() -> Iterator[LivePipeline]:
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--slots", "1", "--reader", "specimen", "--set", CEILING],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("curl"):
                break
        exports = [shlex.split(line)[1].split("=", 1) for line in printed if line.startswith("export ")]
        environment = dict(exports)
        outputs = msgspec.json.decode(Path(environment["SEALED_OCR_OUTPUTS"]).read_bytes())
        service = re.search(r"OCR service\s+(\S+)", "".join(printed))
        assert service
        yield LivePipeline(environment, msgspec.convert(outputs, StackOutputs), ControlClient(service[1]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


@pytest.fixture
def pipeline(running_pipeline: LivePipeline) -> LivePipeline:
    """The pipeline with an empty results queue, no dead letters, and no faults in the OCR service."""
    running_pipeline.ocr.clear_faults()
    outputs = running_pipeline.outputs
    for url in (
        outputs.uploads_dead_letter_queue_url,
        outputs.results_queue_url,
        outputs.results_dead_letter_queue_url,
    ):
        running_pipeline.empty(url)
    return running_pipeline


@pytest.fixture(scope="session")
def simulated_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePipeline]:
    """The pipeline of a simulated stage."""
    with simulated_stage(tmp_path_factory.mktemp("simulated")) as stage:
        yield stage


@pytest.fixture
def folder() -> str:
    """A folder for one test, to be used below the folder of a kind."""
    return uuid.uuid4().hex


@pytest.fixture
def deployed(pipeline: LivePipeline) -> Iterator[Callable[..., str]]:
    """Deploy a stack with outputs only, by default those of the pipeline; return its name."""
    cloudformation = pipeline.client("cloudformation")
    names: list[str] = []

    def deploy(**changed: str | None) -> str:
        outputs: dict[str, Any] = msgspec.to_builtins(pipeline.outputs) | _LOCAL_ONLY | changed
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
    """Create a Lambda function for an OCR service's address, perhaps in a network or with ceilings; return its name."""
    iam, functions = pipeline.client("iam"), pipeline.client("lambda")
    role = iam.create_role(RoleName=f"role-{uuid.uuid4().hex}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("analyze.py", "")
    names: list[str] = []

    def make(
        endpoint: str,
        oauth_endpoint: str | None = None,
        ceilings: dict[str, str] | None = None,
        *,
        simulate: bool = False,
        **network: list[str],
    ) -> str:
        names.append(f"function-{uuid.uuid4().hex}")
        variables = {"OCR_ENDPOINT": endpoint} | ({"OCR_OAUTH_ENDPOINT": oauth_endpoint} if oauth_endpoint else {})
        variables |= (ceilings or {}) | ({"SIMULATE": "true"} if simulate else {})
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
