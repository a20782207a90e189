"""A stack as on AWS: found by CloudFormation's outputs, its functions known to Lambda."""

from __future__ import annotations

import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ops.live_pipeline import Here


@pytest.fixture
def deployed(here: Here) -> Iterator[Callable[..., str]]:
    """Deploy a stack that has nothing but outputs, the pipeline's own if no others are said; return its name."""
    cloudformation = here.client("cloudformation")
    names: list[str] = []

    def deploy(**others: str | None) -> str:
        told: dict[str, Any] = msgspec.to_builtins(here.outputs) | {"OcrEndpoint": None} | others
        template = {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {name: {"Value": value} for name, value in told.items() if value is not None},
        }
        names.append(f"stack-{uuid.uuid4().hex}")
        cloudformation.create_stack(StackName=names[-1], TemplateBody=json.dumps(template))
        return names[-1]

    yield deploy
    for name in names:
        cloudformation.delete_stack(StackName=name)


@pytest.fixture
def function(here: Here) -> Iterator[Callable[[str], str]]:
    """Make a function of Lambda with an OCR service's address; return its name."""
    iam, functions = here.client("iam"), here.client("lambda")
    role = iam.create_role(RoleName=f"role-{uuid.uuid4().hex}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("analyze.py", "")
    names: list[str] = []

    def make(endpoint: str) -> str:
        names.append(f"function-{uuid.uuid4().hex}")
        functions.create_function(
            FunctionName=names[-1],
            Role=role,
            Runtime="python3.13",
            Handler="analyze.handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"OCR_ENDPOINT": endpoint}},
        )
        return names[-1]

    yield make
    for name in names:
        functions.delete_function(FunctionName=name)


def doctor(here: Here, stack: str) -> tuple[int, str]:
    ended = here.ops("--stack", stack, "--region", here.environment["AWS_REGION"], "doctor", SEALED_OCR_OUTPUTS="")
    return ended.exit_code, ended.output


def test_a_stack_is_found_by_its_outputs_and_its_functions_by_them(
    here: Here, deployed: Callable[..., str], function: Callable[[str], str]
) -> None:
    service = here.ocr.url
    analyze, verify = function(service), function(service)
    queue = here.client("sqs").create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    arn = here.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    mapping = here.client("lambda").create_event_source_mapping(EventSourceArn=arn["QueueArn"], FunctionName=analyze)
    stack = deployed(AnalyzeFunctionName=analyze, VerifyFunctionName=verify)
    code, output = doctor(here, stack)
    assert code == 0, output
    assert re.search(rf"^proven +{stack} has every output", output, re.MULTILINE)
    assert f"The function analyze is ready, and calls {service}." in output
    assert f"The function verify is ready, and calls {service}." in output
    assert "The uploads queue feeds the function." in output
    assert output.count("issued the public key") == 2
    here.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    code, output = doctor(here, stack)
    assert code == 1
    assert "does not feed the function: Disabled" in output


def test_functions_that_call_different_services_are_told(
    here: Here, deployed: Callable[..., str], function: Callable[[str], str]
) -> None:
    stack = deployed(AnalyzeFunctionName=function(here.ocr.url), VerifyFunctionName=function("https://elsewhere"))
    _, output = doctor(here, stack)
    assert "verify calls another OCR service (https://elsewhere) than analyze does" in output


def test_a_stack_of_something_else_is_told_with_what_it_lacks(here: Here, deployed: Callable[..., str]) -> None:
    code, output = doctor(here, deployed(ResultsQueueUrl=None))
    assert code == 1
    assert "not a Sealed OCR stack of this version" in output
    assert "ResultsQueueUrl" in output


def test_what_is_gone_is_told_one_by_one_and_the_rest_is_still_looked_into(
    here: Here, deployed: Callable[..., str]
) -> None:
    code, output = doctor(here, deployed(ImageBucketName="no-such-bucket", DocumentsTableName="no-such-table"))
    assert code == 1
    wrong = re.findall(r"^WRONG +(.*)$", output, re.MULTILINE)
    assert "The image bucket: GetBucketVersioning failed: NoSuchBucket." in wrong
    assert "The ledger: DescribeTable failed: ResourceNotFoundException." in wrong
    assert "The function analyze: GetFunctionConfiguration failed: ResourceNotFoundException." in wrong
    assert "The secret is filled in" in output
    assert re.search(r"^not proven +That the OCR service issues its public keys", output, re.MULTILINE)


def test_a_stack_and_outputs_of_another_are_not_both_meant(here: Here) -> None:
    ended = here.ops("--stack", "SealedOcr-prod", "status", "0" * 32)
    assert ended.exit_code == 1
    assert "leave one of them out" in ended.output


def test_an_account_that_cant_be_reached_is_a_sentence_without_a_traceback(here: Here) -> None:
    ended = here.ops("status", "0" * 32, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
    assert ended.exit_code == 1
    assert "python -m ops: GetItem failed: EndpointConnectionError" in ended.output
    assert isinstance(ended.exception, SystemExit)


def test_a_profile_that_is_not_there_is_a_sentence(here: Here) -> None:
    ended = here.ops("--profile", "nobody", "status", "0" * 32)
    assert ended.exit_code == 1
    assert "python -m ops: The config profile (nobody) could not be found" in ended.output


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("AWS_DEFAULT_REGION", "specify a region; name it with --region"),
        ("AWS_ACCESS_KEY_ID", "NoCredentialsError; sign in"),
    ],
)
def test_what_aws_must_be_told_is_named(here: Here, tmp_path: Path, missing: str, remedy: str) -> None:
    gone = {
        missing: None,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }
    ended = here.ops("status", "0" * 32, **gone, AWS_EC2_METADATA_DISABLED="true")
    assert ended.exit_code == 1
    assert remedy in ended.output
