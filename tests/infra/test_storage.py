from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_ocr.analysis.backoff import back_off

from infra.settings import StageSettings
from tests.infra.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUES = ["uploads", "uploads-dead-letters", "results", "results-dead-letters"]
DAY = 86_400


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_is_under_the_stacks_key_and_takes_a_whole_mebibyte(template: Template, queue: str) -> None:
    properties = template.thing(queue)
    assert template.say(properties["KmsMasterKeyId"]) == "key"
    assert properties["MaximumMessageSize"] == 1 << 20


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_refuses_what_does_not_come_by_tls(template: Template, queue: str) -> None:
    refusals = [s for s in template.policy_of(queue, "AWS::SQS::QueuePolicy", "Queues") if s.effect == "Deny"]
    (refusal,) = refusals
    assert refusal.actions == {"sqs:*"}
    assert refusal.principals == {"*"}
    assert refusal.resources == {queue}
    assert refusal.conditions == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_bucket_and_the_topic_refuse_what_does_not_come_by_tls(template: Template) -> None:
    for statements, wanted in (
        (template.policy_of("images", "AWS::S3::BucketPolicy", "Bucket"), {"images", "images/*"}),
        (template.policy_of("topic", "AWS::SNS::TopicPolicy", "Topics"), {"topic"}),
    ):
        refused = [s for s in statements if s.conditions.get("Bool") == {"aws:SecureTransport": "false"}]
        (refusal,) = refused
        assert (refusal.effect, refusal.principals, refusal.resources) == ("Deny", {"*"}, wanted)


def test_an_outage_of_five_hours_ends_before_a_document_is_given_up(template: Template) -> None:
    redrive = template.thing("uploads")["RedrivePolicy"]
    assert template.say(redrive["deadLetterTargetArn"]) == "uploads-dead-letters"
    # After the last receive that is allowed the message does not wait any more: it is moved.
    waits = [back_off(receives) for receives in range(1, redrive["maxReceiveCount"])]
    assert sum(waits) >= 5 * 3600
    assert sum(waits) < template.thing("uploads")["MessageRetentionPeriod"] / 2


@pytest.mark.parametrize("window", [0, 300])
def test_a_batch_that_fills_or_is_being_worked_on_does_not_come_back(
    synth: Callable[..., Template], window: int
) -> None:
    template = synth(batchWindow=window)
    assert template.only("AWS::Lambda::EventSourceMapping")["MaximumBatchingWindowInSeconds"] == window
    assert template.thing("uploads")["VisibilityTimeout"] >= 6 * template.thing("analyze")["Timeout"] + window


def test_queues_outlive_mistakes(template: Template) -> None:
    kept = {queue: template.thing(queue)["MessageRetentionPeriod"] for queue in QUEUES}
    assert kept == {
        "uploads": 4 * DAY,
        "uploads-dead-letters": 14 * DAY,
        "results": 14 * DAY,
        "results-dead-letters": 14 * DAY,
    }


def test_a_result_that_a_consumer_cannot_handle_is_kept_apart(template: Template) -> None:
    redrive = template.thing("results")["RedrivePolicy"]
    assert template.say(redrive["deadLetterTargetArn"]) == "results-dead-letters"
    # A consumer that fails for a working day, with a minute between its attempts.
    assert redrive["maxReceiveCount"] * template.thing("results")["VisibilityTimeout"] >= 8 * 3600


def test_an_image_outlives_its_dead_letter_and_no_version_the_setting(template: Template) -> None:
    rules = template.thing("images")["LifecycleConfiguration"]["Rules"]
    (images,) = (rule for rule in rules if "ExpirationInDays" in rule)
    current = images["ExpirationInDays"]
    overwritten = images["NoncurrentVersionExpiration"]["NoncurrentDays"]
    oldest_dead_letter = sum(template.thing(q)["MessageRetentionPeriod"] for q in QUEUES[:2]) / DAY
    # Overwritten at once, or in its last hour: it is still there when its dead letter is sent again.
    assert overwritten >= oldest_dead_letter
    assert current + overwritten == StageSettings().image_retention_days
    assert all(rule["Status"] == "Enabled" for rule in rules)


def test_what_an_upload_left_unfinished_and_bare_delete_markers_go(template: Template) -> None:
    rules = template.thing("images")["LifecycleConfiguration"]["Rules"]
    assert any(rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation") == 1 for rule in rules)
    assert any(rule.get("ExpiredObjectDeleteMarker") for rule in rules)


def test_the_bucket_is_private_versioned_and_under_the_stacks_key(template: Template) -> None:
    bucket = template.thing("images")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert template.say(encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == "key"


def test_an_upload_that_names_another_key_than_the_stacks_is_refused(template: Template) -> None:
    statements = template.policy_of("images", "AWS::S3::BucketPolicy", "Bucket")
    (refusal,) = (s for s in statements if s.actions == {"s3:PutObject"})
    assert (refusal.effect, refusal.principals, refusal.resources) == ("Deny", {"*"}, {"images/*"})
    # Both must hold: who names no encryption is not refused, and who names a kind of it without our key is.
    assert refusal.conditions == {
        "Null": {"s3:x-amz-server-side-encryption": "false"},
        "StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "key"},
    }


def test_every_upload_is_announced_and_s3_may_do_so_before_the_bucket_is_made(template: Template) -> None:
    (announced,) = template.thing("images")["NotificationConfiguration"]["QueueConfigurations"]
    assert announced["Event"] == "s3:ObjectCreated:*"
    assert template.say(announced["Queue"]) == "uploads"
    (allowed,) = (s for s in template.policy_of("uploads", "AWS::SQS::QueuePolicy", "Queues") if s.effect == "Allow")
    assert (allowed.principals, allowed.actions) == ({"s3.amazonaws.com"}, {"sqs:SendMessage"})
    assert allowed.conditions == {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}
    policies = {
        id_
        for id_, policy in template.resources("AWS::SQS::QueuePolicy").items()
        if "uploads" in [template.say(queue) for queue in policy["Queues"]]
    }
    assert policies <= set(template.body["Resources"][template.id_of("images")]["DependsOn"])


@pytest.mark.parametrize(("table", "recoverable"), [("documents", True), ("request-keys", False)])
def test_the_tables_forget_and_are_under_the_stacks_key(template: Template, table: str, recoverable: bool) -> None:
    properties = template.thing(table)
    assert properties["KeySchema"] == [{"AttributeName": "documentId", "KeyType": "HASH"}]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert template.say(properties["SSESpecification"]["KMSMasterKeyId"]) == "key"
    # A backup would remember a Request-Key for weeks.
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is recoverable


def test_the_secret_comes_without_a_value(template: Template) -> None:
    secret = template.thing("secret")
    assert template.say(secret["KmsKeyId"]) == "key"
    assert not {"SecretString", "GenerateSecretString"} & set(secret)


def test_nothing_that_holds_data_goes_with_the_stack_unless_it_is_said(template: Template) -> None:
    for thing in ["images", "documents", "request-keys", "secret", "key", "claim-key", *QUEUES]:
        resource = template.body["Resources"][template.id_of(thing)]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), thing
