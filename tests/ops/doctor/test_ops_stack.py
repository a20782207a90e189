"""A stack as on AWS: found by its CloudFormation outputs, with functions in Lambda."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.live_pipeline import LivePipeline


def test_a_stack_and_its_functions_are_found_by_the_outputs(
    pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[[str], str]
) -> None:
    service = pipeline.ocr.url
    analyze, verify = function(service), function(service)
    queue = pipeline.client("sqs").create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    arn = pipeline.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    mapping = pipeline.client("lambda").create_event_source_mapping(
        EventSourceArn=arn["QueueArn"], FunctionName=analyze, ScalingConfig={"MaximumConcurrency": 5}
    )
    stack = deployed(AnalyzeFunctionName=analyze, VerifyFunctionName=verify)
    code, output = pipeline.doctor(stack)
    assert code == 0, output
    assert re.search(rf"^proven +{stack} has every output", output, re.MULTILINE)
    assert f"The function analyze is ready, and calls {service}." in output
    assert f"The function verify is ready, and calls {service}." in output
    assert "The uploads queue feeds the function." in output
    assert re.search("^proven +Uploads leave 995 executions for verify and other functions", output, re.MULTILINE)
    assert output.count("issued the public key") == 2
    code, output = pipeline.doctor(stack, unreserved=5)
    assert code == 1
    (wrong,) = re.findall("^WRONG +(.*)$", output, re.MULTILINE)
    assert wrong == (
        "A burst of uploads leaves no execution for verify: the account has 5 unreserved concurrent executions, and "
        "analyze may use 5 of them. Deploy with a smaller maxConcurrency, or ask AWS for a higher quota."
    )
    pipeline.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    code, output = pipeline.doctor(stack)
    assert code == 1
    assert "does not feed the function: Disabled" in output


def test_functions_that_call_different_services_are_reported(
    pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[[str], str]
) -> None:
    stack = deployed(AnalyzeFunctionName=function(pipeline.ocr.url), VerifyFunctionName=function("https://elsewhere"))
    _, output = pipeline.doctor(stack)
    assert "verify calls another OCR service (https://elsewhere) than analyze does" in output


def test_functions_that_simulate_the_service_unlike_their_stack_are_reported(
    pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[..., str]
) -> None:
    names = {"AnalyzeFunctionName": function(pipeline.ocr.url, simulate=True)}
    names["VerifyFunctionName"] = function(pipeline.ocr.url)
    _, output = pipeline.doctor(deployed(**names, Simulated='{"maxUnknownAttempts": 2}'))
    assert f"The function analyze is ready, and simulates {pipeline.ocr.url}." in output
    assert "The function verify calls the OCR service, unlike the stack: somebody changed its environment." in output
    assert "The stage is simulated, and no production stage" in output
    _, output = pipeline.doctor(deployed(**names))
    assert "The function analyze simulates the OCR service, unlike the stack" in output
    assert f"The function verify is ready, and calls {pipeline.ocr.url}." in output


def test_another_stack_is_reported_with_its_missing_output(
    pipeline: LivePipeline, deployed: Callable[..., str]
) -> None:
    code, output = pipeline.doctor(deployed(ResultsQueueUrl=None))
    assert code == 1
    assert "not a Sealed OCR stack of this version" in output
    assert "ResultsQueueUrl" in output


def test_each_missing_resource_is_reported_and_the_others_are_still_checked(
    pipeline: LivePipeline, deployed: Callable[..., str]
) -> None:
    code, output = pipeline.doctor(deployed(ImageBucketName="no-such-bucket", DocumentsTableName="no-such-table"))
    assert code == 1
    wrong = re.findall(r"^WRONG +(.*)$", output, re.MULTILINE)
    assert "The image bucket: GetBucketVersioning failed: NoSuchBucket." in wrong
    assert "The ledger: DescribeTable failed: ResourceNotFoundException." in wrong
    assert "The function analyze: GetFunctionConfiguration failed: ResourceNotFoundException." in wrong
    assert "The secret is filled in" in output
    assert re.search(r"^not proven +That the OCR service issues its public keys", output, re.MULTILINE)


def test_a_stack_and_an_outputs_file_exclude_each_other(pipeline: LivePipeline) -> None:
    ended = pipeline.run("--stack", "SealedOcr-prod", "status", "0" * 32)
    assert ended.exit_code == 1
    assert "leave one of them out" in ended.output


def test_an_unreachable_account_gives_a_sentence_without_a_traceback(pipeline: LivePipeline) -> None:
    ended = pipeline.run("status", "0" * 32, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
    assert ended.exit_code == 1
    assert "python -m ops: GetItem failed: EndpointConnectionError" in ended.output
    assert isinstance(ended.exception, SystemExit)


def test_a_missing_profile_gives_a_sentence(pipeline: LivePipeline) -> None:
    ended = pipeline.run("--profile", "nobody", "status", "0" * 32)
    assert ended.exit_code == 1
    assert "python -m ops: The config profile (nobody) could not be found" in ended.output


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("AWS_DEFAULT_REGION", "specify a region; name it with --region"),
        ("AWS_ACCESS_KEY_ID", "NoCredentialsError; sign in"),
    ],
)
def test_missing_region_or_credentials_are_named_with_a_remedy(
    pipeline: LivePipeline, tmp_path: Path, missing: str, remedy: str
) -> None:
    gone = {
        missing: None,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }
    ended = pipeline.run("status", "0" * 32, answer="", **gone, AWS_EC2_METADATA_DISABLED="true")
    assert ended.exit_code == 1
    assert remedy in ended.output
