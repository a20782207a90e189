from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_ocr.common.kinds import Kind

if TYPE_CHECKING:
    from tests.infra.template import Statement, Template


def key_policy(template: Template, key: str) -> list[Statement]:
    return template.statements(template.thing(key)["KeyPolicy"])


def test_the_key_is_rotated(template: Template) -> None:
    assert template.thing("key")["EnableKeyRotation"] is True


def test_the_key_serves_the_account_and_three_services_that_come_without_a_role(template: Template) -> None:
    principals = {principal for statement in key_policy(template, "key") for principal in statement.principals}
    assert principals == {
        "arn:<AWS::Partition>:iam::<AWS::AccountId>:root",
        "s3.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "logs.<AWS::Region>.amazonaws.com",
    }


@pytest.mark.parametrize("service", ["s3.amazonaws.com", "cloudwatch.amazonaws.com"])
def test_a_service_may_send_under_the_key_for_this_account_alone(template: Template, service: str) -> None:
    (statement,) = (s for s in key_policy(template, "key") if s.principals == {service})
    assert statement.actions == {"kms:GenerateDataKey", "kms:Decrypt"}
    assert statement.conditions == {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}


def test_logs_use_the_key_for_the_stacks_own_groups_alone(template: Template) -> None:
    (statement,) = (s for s in key_policy(template, "key") if "logs.<AWS::Region>.amazonaws.com" in s.principals)
    groups = statement.conditions["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert groups == "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:SealedOcr-dev-*"


def test_the_key_that_compares_claims_makes_macs_and_nothing_else(template: Template) -> None:
    assert template.thing("claim-key")["KeySpec"] == "HMAC_256"
    assert template.thing("claim-key")["KeyUsage"] == "GENERATE_VERIFY_MAC"
    assert {p for s in key_policy(template, "claim-key") for p in s.principals} == {
        "arn:<AWS::Partition>:iam::<AWS::AccountId>:root"
    }


def test_alarms_reach_the_topic_though_its_policy_is_our_own(template: Template) -> None:
    (allowed,) = (s for s in template.policy_of("topic", "AWS::SNS::TopicPolicy", "Topics") if s.effect == "Allow")
    assert allowed.principals == {"cloudwatch.amazonaws.com"}
    assert allowed.actions == {"sns:Publish"}
    assert template.say(template.thing("topic")["KmsMasterKeyId"]) == "key"


def allowed(template: Template, who: str) -> dict[frozenset[str], frozenset[str]]:
    statements = template.statements(template.thing(who)["PolicyDocument"])
    assert {statement.effect for statement in statements} == {"Allow"}
    return {statement.actions: statement.resources for statement in statements}


def test_an_uploader_puts_images_of_every_kind_and_reads_nothing(template: Template) -> None:
    grants = allowed(template, "uploader")
    folders = grants.pop(frozenset({"s3:PutObject", "s3:AbortMultipartUpload"}))
    assert grants == {frozenset({"kms:GenerateDataKey", "kms:Decrypt"}): frozenset({"key"})}
    assert folders == {"images/credit-card/*", "images/id-card/*"}
    for kind in Kind:
        assert any(f"images/{kind}/a.png".startswith(folder.rstrip("*")) for folder in folders), kind


def test_a_consumer_takes_results_and_nothing_else(template: Template) -> None:
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


def test_a_verifier_may_call_the_url_by_both_actions_that_aws_asks_for(template: Template) -> None:
    assert allowed(template, "verifier") == {
        frozenset({"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}): frozenset({"verify"})
    }


@pytest.mark.parametrize(("who", "service"), [("uploader", "s3"), ("consumer", "sqs")])
def test_who_comes_from_outside_uses_the_key_through_his_service_alone(
    template: Template, who: str, service: str
) -> None:
    (statement,) = (s for s in template.statements(template.thing(who)["PolicyDocument"]) if s.resources == {"key"})
    assert statement.conditions == {"StringEquals": {"kms:ViaService": [f"{service}.<AWS::Region>.amazonaws.com"]}}
