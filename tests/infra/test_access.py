from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_ocr.common.kinds import Kind
from upload_signer import VALID_SECONDS

if TYPE_CHECKING:
    from tests.infra.template import Statement, Template


def key_policy(template: Template, key: str) -> list[Statement]:
    return template.statements(template.properties_of(key)["KeyPolicy"])


def test_the_key_is_rotated(template: Template) -> None:
    assert template.properties_of("key")["EnableKeyRotation"] is True


def test_the_key_policy_names_the_account_and_three_services(template: Template) -> None:
    principals = {principal for statement in key_policy(template, "key") for principal in statement.principals}
    assert principals == {
        "arn:<AWS::Partition>:iam::<AWS::AccountId>:root",
        "s3.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "logs.<AWS::Region>.amazonaws.com",
    }


@pytest.mark.parametrize(
    ("service", "conditions"),
    [
        # S3 sends events only if the queue's policy allows it, and that one names the account.
        ("s3.amazonaws.com", {}),
        ("cloudwatch.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}),
    ],
)
def test_a_service_may_use_the_key_to_send(template: Template, service: str, conditions: dict[str, object]) -> None:
    (statement,) = (s for s in key_policy(template, "key") if s.principals == {service})
    assert statement.actions == {"kms:GenerateDataKey", "kms:Decrypt"}
    assert statement.conditions == conditions


def test_logs_may_use_the_key_only_for_the_stacks_groups(template: Template) -> None:
    (statement,) = (s for s in key_policy(template, "key") if "logs.<AWS::Region>.amazonaws.com" in s.principals)
    groups = statement.conditions["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert groups == "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:SealedOcr-dev-*"


def test_the_claim_key_only_generates_and_verifies_macs(template: Template) -> None:
    assert template.properties_of("claim-key")["KeySpec"] == "HMAC_256"
    assert template.properties_of("claim-key")["KeyUsage"] == "GENERATE_VERIFY_MAC"
    assert {p for s in key_policy(template, "claim-key") for p in s.principals} == {
        "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"
    }


def test_alarms_may_publish_to_the_topic(template: Template) -> None:
    (allowed,) = (s for s in template.policy_of("topic", "AWS::SNS::TopicPolicy", "Topics") if s.effect == "Allow")
    assert allowed.principals == {"cloudwatch.amazonaws.com"}
    assert allowed.actions == {"sns:Publish"}
    assert template.render(template.properties_of("topic")["KmsMasterKeyId"]) == "key"


def allowed(template: Template, who: str) -> dict[frozenset[str], frozenset[str]]:
    statements = template.statements(template.properties_of(who)["PolicyDocument"])
    assert {statement.effect for statement in statements} == {"Allow"}
    return {statement.actions: statement.resources for statement in statements}


def test_an_uploader_may_put_images_of_every_kind_and_read_nothing(template: Template) -> None:
    grants = allowed(template, "uploader")
    folders = grants.pop(frozenset({"s3:PutObject", "s3:AbortMultipartUpload"}))
    assert grants == {frozenset({"kms:GenerateDataKey", "kms:Decrypt"}): frozenset({"key"})}
    assert folders == {"images/credit-card/*", "images/id-card/*"}
    for kind in Kind:
        assert any(f"images/{kind}/a.png".startswith(folder.rstrip("*")) for folder in folders), kind


def test_a_signer_may_sign_uploads_of_every_kind_and_send_none_itself(template: Template) -> None:
    grants = allowed(template, "upload-signer")
    folders = grants.pop(frozenset({"s3:PutObject"}))
    assert grants == {frozenset({"kms:GenerateDataKey", "kms:Decrypt"}): frozenset({"key"})}
    assert folders == {"images/credit-card/*", "images/id-card/*"}
    statements = template.statements(template.properties_of("upload-signer")["PolicyDocument"])
    (putting,) = (statement for statement in statements if "s3:PutObject" in statement.actions)
    assert putting.conditions == {
        # A request with an Authorization header is REST-HEADER.
        "StringEquals": {"s3:authType": ["POST", "REST-QUERY-STRING"]},
        "NumericLessThanEqualsIfExists": {"s3:signatureAge": "900000"},
    }


def test_what_the_example_signs_ends_before_the_policy_ends_it() -> None:
    assert VALID_SECONDS * 1000 <= 900_000


def test_a_consumer_may_only_take_results(template: Template) -> None:
    assert allowed(template, "consumer") == {
        frozenset(
            {
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
            }
        ): frozenset({"results"}),
        frozenset({"kms:Decrypt"}): frozenset({"key"}),
    }


def test_a_verifier_may_invoke_the_function_by_its_url_alone(template: Template) -> None:
    assert allowed(template, "verifier") == {
        frozenset({"lambda:InvokeFunctionUrl"}): frozenset({"verify"}),
        frozenset({"lambda:InvokeFunction"}): frozenset({"verify"}),
    }
    statements = template.statements(template.properties_of("verifier")["PolicyDocument"])
    (direct,) = (statement for statement in statements if statement.actions == {"lambda:InvokeFunction"})
    assert direct.conditions == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


def test_nobody_outside_may_invoke_a_function_asynchronously(template: Template) -> None:
    """A Function URL is always synchronous. Any other permission to invoke would also allow ``Event``."""
    documents = [
        resource.get("Properties", {})["PolicyDocument"]
        for type_ in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")
        for resource in template.body["Resources"].values()
        if resource["Type"] == type_
    ]
    invoking = [
        statement
        for document in documents
        for statement in template.statements(document)
        if any(action in {"*", "lambda:*", "lambda:InvokeFunction"} for action in statement.actions)
    ]
    assert [statement.conditions for statement in invoking] == [{"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}]
    assert not template.resources("AWS::Lambda::Permission")


@pytest.mark.parametrize(("who", "service"), [("uploader", "s3"), ("upload-signer", "s3"), ("consumer", "sqs")])
def test_an_outside_caller_may_use_the_key_only_through_its_service(template: Template, who: str, service: str) -> None:
    (statement,) = (
        s for s in template.statements(template.properties_of(who)["PolicyDocument"]) if s.resources == {"key"}
    )
    assert statement.conditions == {"StringEquals": {"kms:ViaService": [f"{service}.<AWS::Region>.amazonaws.com"]}}
