from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.settings import StageSettings
from tests.infra.template import STORE_KEY_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template


BOTH = {
    "OCR_ENDPOINT": StageSettings().ocr_endpoint,
    "OCR_OAUTH_ENDPOINT": StageSettings().oauth_endpoint,
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
        "MAX_IMAGE_BYTES": str((20 << 20) - 1024),
        "MAX_UNKNOWN_ATTEMPTS": "2",
    },
    "verify": BOTH
    | {
        "POWERTOOLS_SERVICE_NAME": "verify",
        "FUNCTION_TIMEOUT_SECONDS": "30",
        "OCR_CALL_TIMEOUT_SECONDS": "20",
        "CLAIM_HMAC_KEY_ID": "claim-key",
        "LOCK_GUARD_DAYS": "30",
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
        (STORE_KEY_ACTIONS, {"key"}, ("dynamodb",)),
    ],
    "verify": [
        ({"dynamodb:GetItem", "dynamodb:UpdateItem"}, {"request-keys"}, ()),
        ({"secretsmanager:GetSecretValue"}, {"secret"}, ()),
        ({"kms:GenerateMac"}, {"claim-key"}, ()),
        ({"kms:Decrypt"}, {"key"}, ("secretsmanager",)),
        (STORE_KEY_ACTIONS, {"key"}, ("dynamodb",)),
    ],
}


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_gets_exactly_these_variables(template: Template, function: str) -> None:
    variables = template.properties_of(function)["Environment"]["Variables"]
    assert {name: template.render(value) for name, value in variables.items()} == ENVIRONMENT[function]


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_the_time_out_settings_match_the_function(template: Template, function: str) -> None:
    properties = template.properties_of(function)
    variables = properties["Environment"]["Variables"]
    assert int(variables["FUNCTION_TIMEOUT_SECONDS"]) == properties["Timeout"]
    # The call ends early enough for the function to report its outcome.
    assert int(variables["OCR_CALL_TIMEOUT_SECONDS"]) < properties["Timeout"]


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_runs_its_handler_on_the_target_runtime(template: Template, function: str) -> None:
    properties = template.properties_of(function)
    assert properties["Handler"] == f"{function}.handler"
    assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert "SnapStart" not in properties


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_function_has_exactly_these_permissions(template: Template, function: str) -> None:
    log = template.render(template.properties_of(function)["LoggingConfig"]["LogGroup"])
    wanted = [
        *((frozenset(actions), frozenset(resources), services) for actions, resources, services in GRANTS[function]),
        (frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}), frozenset({log}), ()),
        # The only wildcard: X-Ray's actions have no resources.
        (frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}), frozenset({"*"}), ()),
    ]
    granted = []
    for statement in template.grants(function):
        assert statement.effect == "Allow"
        through = statement.conditions.get("StringEquals", {}).get(THROUGH, [])
        granted.append((statement.actions, statement.resources, tuple(service.split(".")[0] for service in through)))
    assert sorted(granted, key=str_of) == sorted(wanted, key=str_of)


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_an_asynchronous_invocation_is_not_repeated(template: Template, function: str) -> None:
    (settings,) = (
        each
        for each in template.resources("AWS::Lambda::EventInvokeConfig").values()
        if template.render(each["FunctionName"]) == function
    )
    assert (settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"]) == (0, 60)
    assert settings["Qualifier"] == "$LATEST"


def str_of(grant: tuple[frozenset[str], frozenset[str], tuple[str, ...]]) -> str:
    return f"{sorted(grant[0])} {sorted(grant[1])} {grant[2]}"


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_a_log_group_is_encrypted_and_kept_for_a_limited_time(template: Template, function: str) -> None:
    group = template.body["Resources"][template.properties_of(function)["LoggingConfig"]["LogGroup"]["Ref"]][
        "Properties"
    ]
    assert group["RetentionInDays"] == StageSettings().log_retention_days
    assert template.render(group["KmsKeyId"]) == "key"
    # The key policy relies on names that CloudFormation derives from the stack's.
    assert "LogGroupName" not in group


def test_uploads_arrive_in_batches_with_partial_failures(synth: Callable[..., Template]) -> None:
    template = synth(batchSize=50, batchWindow=5, maxConcurrency=20)
    source = template.only("AWS::Lambda::EventSourceMapping")
    assert template.render(source["EventSourceArn"]) == "uploads"
    assert template.render(source["FunctionName"]) == "analyze"
    assert (source["BatchSize"], source["MaximumBatchingWindowInSeconds"]) == (50, 5)
    assert source["ScalingConfig"] == {"MaximumConcurrency": 20}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert template.properties_of("analyze")["Environment"]["Variables"]["BATCH_SIZE"] == "50"


def test_the_default_leaves_half_of_a_new_account_to_verify(template: Template) -> None:
    source = template.only("AWS::Lambda::EventSourceMapping")
    # AWS gives new accounts ten concurrent executions, and refuses reserved ones there.
    assert source["ScalingConfig"] == {"MaximumConcurrency": 5}
    assert not any(
        "ReservedConcurrentExecutions" in each for each in template.resources("AWS::Lambda::Function").values()
    )


def test_the_function_url_requires_a_signature(template: Template) -> None:
    url = template.only("AWS::Lambda::Url")
    assert url["AuthType"] == "AWS_IAM"
    assert template.render(url["TargetFunctionArn"]) == "verify"
    assert not template.resources("AWS::Lambda::Permission")
