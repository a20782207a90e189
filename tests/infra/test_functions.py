from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.settings import StageSettings
from tests.infra.template import STORE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template


BOTH = {
    "OCR_ENDPOINT": StageSettings().ocr_endpoint,
    "OCR_SECRET_ARN": "secret",
    "REQUEST_KEYS_TABLE": "request-keys",
    "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/dev",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_LOGGER_LOG_EVENT": "false",
}
ENVIRONMENT = {
    "analyze": BOTH
    | {
        "POWERTOOLS_SERVICE_NAME": "analyze",
        "FUNCTION_TIMEOUT_SECONDS": "120",
        "OCR_CALL_TIMEOUT_SECONDS": "40",
        "UPLOADS_QUEUE_URL": "uploads",
        "UPLOADS_DLQ_URL": "uploads-dead-letters",
        "RESULTS_QUEUE_URL": "results",
        "DOCUMENTS_TABLE": "documents",
        "BATCH_SIZE": "10",
        "MAX_IMAGE_BYTES": "20971520",
        "MAX_UNKNOWN_ATTEMPTS": "2",
    },
    "verify": BOTH
    | {
        "POWERTOOLS_SERVICE_NAME": "verify",
        "FUNCTION_TIMEOUT_SECONDS": "30",
        "OCR_CALL_TIMEOUT_SECONDS": "20",
        "CLAIM_HMAC_KEY_ID": "claim-key",
    },
}
THROUGH = "kms:ViaService"
GRANTS = {
    "analyze": [
        ({"s3:GetObject", "s3:GetObjectVersion"}, {"images/*"}, ()),
        ({"s3:ListBucket"}, {"images"}, ()),
        (
            {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"},
            {"uploads"},
            (),
        ),
        ({"sqs:SendMessage"}, {"results", "uploads-dead-letters"}, ()),
        ({"dynamodb:UpdateItem"}, {"documents", "request-keys"}, ()),
        ({"secretsmanager:GetSecretValue"}, {"secret"}, ()),
        ({"kms:Decrypt"}, {"key"}, ("s3", "secretsmanager")),
        ({"kms:Decrypt", "kms:GenerateDataKey"}, {"key"}, ("sqs",)),
        (STORE, {"key"}, ("dynamodb",)),
    ],
    "verify": [
        ({"dynamodb:GetItem", "dynamodb:UpdateItem"}, {"request-keys"}, ()),
        ({"secretsmanager:GetSecretValue"}, {"secret"}, ()),
        ({"kms:GenerateMac"}, {"claim-key"}, ()),
        ({"kms:Decrypt"}, {"key"}, ("secretsmanager",)),
        (STORE, {"key"}, ("dynamodb",)),
    ],
}


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_is_told_what_the_contract_says(template: Template, function: str) -> None:
    variables = template.thing(function)["Environment"]["Variables"]
    assert {name: template.say(value) for name, value in variables.items()} == ENVIRONMENT[function]


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_what_a_function_is_told_of_its_time_is_true(template: Template, function: str) -> None:
    properties = template.thing(function)
    variables = properties["Environment"]["Variables"]
    assert int(variables["FUNCTION_TIMEOUT_SECONDS"]) == properties["Timeout"]
    # The answer of the OCR service comes, or is given up, while there is time to say so.
    assert int(variables["OCR_CALL_TIMEOUT_SECONDS"]) < properties["Timeout"]


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_runs_its_own_handler_as_it_was_built(template: Template, function: str) -> None:
    properties = template.thing(function)
    assert properties["Handler"] == f"{function}.handler"
    assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert "SnapStart" not in properties


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_may_do_exactly_this(template: Template, function: str) -> None:
    log = template.say(template.thing(function)["LoggingConfig"]["LogGroup"])
    wanted = [
        *((frozenset(actions), frozenset(resources), services) for actions, resources, services in GRANTS[function]),
        (frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}), frozenset({log}), ()),
        # The one asterisk: X-Ray knows no resources.
        (frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}), frozenset({"*"}), ()),
    ]
    granted = []
    for statement in template.grants(function):
        assert statement.effect == "Allow"
        through = statement.conditions.get("StringEquals", {}).get(THROUGH, [])
        granted.append((statement.actions, statement.resources, tuple(service.split(".")[0] for service in through)))
    assert sorted(granted, key=str_of) == sorted(wanted, key=str_of)


def str_of(grant: tuple[frozenset[str], frozenset[str], tuple[str, ...]]) -> str:
    return f"{sorted(grant[0])} {sorted(grant[1])} {grant[2]}"


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_log_is_our_own_kept_for_a_while_and_under_the_stacks_key(template: Template, function: str) -> None:
    group = template.body["Resources"][template.thing(function)["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
    assert group["RetentionInDays"] == StageSettings().log_retention_days
    assert template.say(group["KmsKeyId"]) == "key"
    # The key's policy counts on names that CloudFormation makes from the stack's.
    assert "LogGroupName" not in group


def test_uploads_are_fed_in_batches_whose_records_fail_alone(synth: Callable[..., Template]) -> None:
    template = synth(batchSize=50, batchWindow=5, maxConcurrency=20)
    source = template.only("AWS::Lambda::EventSourceMapping")
    assert template.say(source["EventSourceArn"]) == "uploads"
    assert template.say(source["FunctionName"]) == "analyze"
    assert (source["BatchSize"], source["MaximumBatchingWindowInSeconds"]) == (50, 5)
    assert source["ScalingConfig"] == {"MaximumConcurrency": 20}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert template.thing("analyze")["Environment"]["Variables"]["BATCH_SIZE"] == "50"


def test_verification_asks_who_is_calling(template: Template) -> None:
    url = template.only("AWS::Lambda::Url")
    assert url["AuthType"] == "AWS_IAM"
    assert template.say(url["TargetFunctionArn"]) == "verify"
    assert not template.resources("AWS::Lambda::Permission")
