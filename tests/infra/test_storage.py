from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sealed_ocr.analysis.backoff import back_off

from infra.settings import StageSettings
from tests.infra.template import Statement, Template

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUES = ["uploads", "uploads-dead-letters", "results", "results-dead-letters"]
DAY = 86_400


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_is_encrypted_and_accepts_one_mebibyte(template: Template, queue: str) -> None:
    properties = template.properties_of(queue)
    assert template.render(properties["KmsMasterKeyId"]) == "key"
    assert properties["MaximumMessageSize"] == 1 << 20


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_requires_tls(template: Template, queue: str) -> None:
    refusals = [s for s in template.policy_of(queue, "AWS::SQS::QueuePolicy", "Queues") if s.effect == "Deny"]
    (refusal,) = refusals
    assert refusal.actions == {"sqs:*"}
    assert refusal.principals == {"*"}
    assert refusal.resources == {queue}
    assert refusal.conditions == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_bucket_and_the_topic_require_tls(template: Template) -> None:
    for statements, wanted in (
        (template.policy_of("images", "AWS::S3::BucketPolicy", "Bucket"), {"images", "images/*"}),
        (template.policy_of("topic", "AWS::SNS::TopicPolicy", "Topics"), {"topic"}),
    ):
        refused = [s for s in statements if s.conditions.get("Bool") == {"aws:SecureTransport": "false"}]
        (refusal,) = refused
        assert (refusal.effect, refusal.principals) == ("Deny", frozenset("*"))
        assert refusal.resources == wanted


def test_an_outage_of_five_hours_ends_before_a_document_is_given_up(template: Template) -> None:
    redrive = template.properties_of("uploads")["RedrivePolicy"]
    assert template.render(redrive["deadLetterTargetArn"]) == "uploads-dead-letters"
    # After the last allowed receive, the message does not wait: SQS moves it.
    waits = [back_off(receives) for receives in range(1, redrive["maxReceiveCount"])]
    assert sum(waits) >= 5 * 3600
    assert sum(waits) < template.properties_of("uploads")["MessageRetentionPeriod"] / 2


@pytest.mark.parametrize("window", [0, 300])
def test_a_batch_does_not_return_while_it_fills_or_runs(synth: Callable[..., Template], window: int) -> None:
    template = synth(batchWindow=window)
    assert template.only("AWS::Lambda::EventSourceMapping")["MaximumBatchingWindowInSeconds"] == window
    assert (
        template.properties_of("uploads")["VisibilityTimeout"]
        >= 6 * template.properties_of("analyze")["Timeout"] + window
    )


def test_queues_keep_messages_long_enough(template: Template) -> None:
    kept = {queue: template.properties_of(queue)["MessageRetentionPeriod"] for queue in QUEUES}
    assert kept == {
        "uploads": 4 * DAY,
        "uploads-dead-letters": 14 * DAY,
        "results": 14 * DAY,
        "results-dead-letters": 14 * DAY,
    }


def test_a_result_that_a_consumer_cannot_handle_becomes_a_dead_letter(template: Template) -> None:
    redrive = template.properties_of("results")["RedrivePolicy"]
    assert template.render(redrive["deadLetterTargetArn"]) == "results-dead-letters"
    # A consumer that fails for a working day, with a minute between its attempts.
    assert redrive["maxReceiveCount"] * template.properties_of("results")["VisibilityTimeout"] >= 8 * 3600


def test_an_image_outlives_its_dead_letter_but_not_the_setting(template: Template) -> None:
    rules = template.properties_of("images")["LifecycleConfiguration"]["Rules"]
    (images,) = (rule for rule in rules if "ExpirationInDays" in rule)
    current = images["ExpirationInDays"]
    overwritten = images["NoncurrentVersionExpiration"]["NoncurrentDays"]
    oldest_dead_letter = sum(template.properties_of(q)["MessageRetentionPeriod"] for q in QUEUES[:2]) / DAY
    # Whenever it is overwritten, it still exists when its dead letter is redriven.
    assert overwritten >= oldest_dead_letter
    assert current + overwritten == StageSettings().image_retention_days
    assert all(rule["Status"] == "Enabled" for rule in rules)


def test_unfinished_uploads_and_bare_delete_markers_expire(template: Template) -> None:
    rules = template.properties_of("images")["LifecycleConfiguration"]["Rules"]
    assert any(rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation") == 1 for rule in rules)
    assert any(rule.get("ExpiredObjectDeleteMarker") for rule in rules)


def test_the_bucket_is_private_versioned_and_encrypted(template: Template) -> None:
    bucket = template.properties_of("images")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert template.render(encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == "key"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("s3:x-amz-server-side-encryption", {"s3:x-amz-server-side-encryption-aws-kms-key-id": "key"}),
        (
            "s3:x-amz-storage-class",
            {
                "s3:x-amz-storage-class": [
                    "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "REDUCED_REDUNDANCY", "STANDARD", "STANDARD_IA",
                ]
            },
        ),
    ],
    ids=["another key", "an archive class"],
)  # fmt: skip
def test_an_upload_that_names_what_cannot_be_read_is_denied(
    template: Template, header: str, values: dict[str, str]
) -> None:
    statements = template.policy_of("images", "AWS::S3::BucketPolicy", "Bucket")
    (refusal,) = (s for s in statements if s.actions == {"s3:PutObject"} and s.conditions["Null"] == {header: "false"})
    assert (refusal.effect, refusal.principals) == ("Deny", frozenset("*"))
    assert refusal.resources == {"images/*"}
    # Both must hold: an upload without the header is allowed.
    assert refusal.conditions == {"Null": {header: "false"}, "StringNotEquals": values}


def test_no_page_may_use_the_bucket_unless_the_setting_names_its_origin(
    template: Template, synth: Callable[..., Template]
) -> None:
    assert "CorsConfiguration" not in template.properties_of("images")
    origins = ["https://upload.example.com", "http://localhost:8080"]
    (rule,) = synth(uploadOrigins=",".join(origins)).properties_of("images")["CorsConfiguration"]["CorsRules"]
    assert rule.pop("AllowedOrigins") == origins
    # No GET: a page that got hold of a signed address could read nothing with it.
    assert sorted(rule.pop("AllowedMethods")) == ["POST", "PUT"]
    assert sorted(rule.pop("AllowedHeaders")) == ["content-type", "if-none-match", "x-amz-meta-correlation-id"]
    assert rule == {"Id": "signed-uploads", "MaxAge": 3600}


def test_an_upload_that_could_replace_an_image_is_denied_on_request(
    template: Template, synth: Callable[..., Template]
) -> None:
    def refusals(of: Template) -> list[Statement]:
        statements = of.policy_of("images", "AWS::S3::BucketPolicy", "Bucket")
        return [each for each in statements if "s3:if-none-match" in each.conditions.get("Null", {})]

    assert not refusals(template)
    (refusal,) = refusals(synth(refuseOverwrite=True))
    assert (refusal.effect, refusal.principals) == ("Deny", frozenset("*"))
    assert refusal.actions == {"s3:PutObject"}
    assert refusal.resources == {"images/*"}
    # Both must hold: the start and the parts of an upload in parts have no such header.
    assert refusal.conditions == {
        "Null": {"s3:if-none-match": "true"},
        "Bool": {"s3:ObjectCreationOperation": "true"},
    }


def test_an_upload_with_a_key_of_its_own_is_blocked(template: Template) -> None:
    (rule,) = template.properties_of("images")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_no_rule_moves_images_to_an_archive_class(template: Template) -> None:
    images = template.properties_of("images")
    rules = images["LifecycleConfiguration"]["Rules"]
    assert not {"Transitions", "Transition", "NoncurrentVersionTransitions"} & {name for rule in rules for name in rule}
    assert "IntelligentTieringConfigurations" not in images


def test_s3_may_send_upload_events_before_the_bucket_is_created(template: Template) -> None:
    (announced,) = template.properties_of("images")["NotificationConfiguration"]["QueueConfigurations"]
    assert announced["Event"] == "s3:ObjectCreated:*"
    assert template.render(announced["Queue"]) == "uploads"
    (allowed,) = (s for s in template.policy_of("uploads", "AWS::SQS::QueuePolicy", "Queues") if s.effect == "Allow")
    assert allowed.principals == {"s3.amazonaws.com"}
    assert allowed.actions == {"sqs:SendMessage"}
    assert allowed.conditions == {"StringEquals": {"aws:SourceAccount": "<AWS::AccountId>"}}
    policies = {
        id_
        for id_, policy in template.resources("AWS::SQS::QueuePolicy").items()
        if "uploads" in [template.render(queue) for queue in policy["Queues"]]
    }
    assert policies <= set(template.body["Resources"][template.id_of("images")]["DependsOn"])


@pytest.mark.parametrize(("table", "recoverable"), [("documents", True), ("request-keys", False)])
def test_the_tables_expire_items_and_are_encrypted(template: Template, table: str, recoverable: bool) -> None:
    properties = template.properties_of(table)
    assert properties["KeySchema"] == [{"AttributeName": "documentId", "KeyType": "HASH"}]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert template.render(properties["SSESpecification"]["KMSMasterKeyId"]) == "key"
    # A backup would keep a Request-Key for weeks.
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is recoverable


def test_the_secret_has_no_value(template: Template) -> None:
    secret = template.properties_of("secret")
    assert template.render(secret["KmsKeyId"]) == "key"
    assert not {"SecretString", "GenerateSecretString"} & set(secret)


def test_deleting_the_stack_keeps_data_by_default(template: Template) -> None:
    for thing in ["images", "secret", "key", "claim-key", *QUEUES]:
        resource = template.body["Resources"][template.id_of(thing)]
        # A first deployment that fails leaves nothing that nobody uses.
        policies = resource["DeletionPolicy"], resource["UpdateReplacePolicy"]
        assert policies == ("RetainExceptOnCreate", "Retain"), thing


def test_no_rollback_tries_to_delete_a_protected_table(template: Template) -> None:
    for table in ["documents", "request-keys"]:
        resource = template.body["Resources"][template.id_of(table)]
        assert resource["Properties"]["DeletionProtectionEnabled"] is True
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), table
