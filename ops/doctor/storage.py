"""Checks of the bucket, the queues and the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, translate_errors

from ops.doctor.findings import Finding, attention, proven, wrong
from workstation.terminal import pluralize

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


def check_bucket(s3: S3Client, name: str) -> Finding:
    """Check that the bucket exists and keeps versions. Versions distinguish documents that have the same key.

    Raises
    ------
    AwsError
        If S3 fails or refuses.
    """
    with translate_errors("GetBucketVersioning"):
        versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
    if versioning != "Enabled":
        return wrong("The image bucket keeps no versions: an image that is overwritten could be lost unread.")
    return proven("The image bucket exists and keeps versions.")


def check_pages(s3: S3Client, name: str) -> Finding:
    """Check which pages the bucket lets upload: those of single origins at most.

    Raises
    ------
    AwsError
        If S3 fails or refuses.
    """
    try:
        with translate_errors("GetBucketCors"):
            rules = s3.get_bucket_cors(Bucket=name)["CORSRules"]
    except AwsError as error:
        if error.code != "NoSuchCORSConfiguration":
            raise
        return proven("No page in a browser may use the image bucket (uploadOrigins).")
    origins = sorted({origin for rule in rules for origin in rule["AllowedOrigins"]})
    if any("*" in origin for origin in origins) or any("GET" in rule["AllowedMethods"] for rule in rules):
        return wrong(
            "The image bucket lets pages of any site use it, or lets pages read: somebody changed its CORS rules. Run "
            "`deploy --revert-drift` to restore them."
        )
    return proven(f"Pages of {', '.join(origins)} may send signed uploads to the image bucket.")


def check_queue(sqs: SQSClient, name: str, url: str, *, dead_letters: bool) -> Finding:
    """Check that the queue exists, and count its messages. Those of a queue of ``dead_letters`` wait for an operator.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    with translate_errors("GetQueueAttributes"):
        found = sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
    visible = pluralize(int(found["ApproximateNumberOfMessages"]), "visible message")
    hidden = found["ApproximateNumberOfMessagesNotVisible"]
    if dead_letters and (int(found["ApproximateNumberOfMessages"]) or int(hidden)):
        return attention(f"The {name} is not empty: {visible}, {hidden} in flight. `dead-letters` lists them.")
    return proven(f"The {name} exists: {visible}, {hidden} in flight or deferred.")


def check_notifications(s3: S3Client, name: str, sqs: SQSClient, url: str) -> Finding:
    """Check that the bucket notifies the queue of every upload. No alarm detects a missing notification.

    Raises
    ------
    AwsError
        If S3 or SQS fails or refuses.
    """
    with translate_errors("GetBucketNotificationConfiguration"):
        configured = s3.get_bucket_notification_configuration(Bucket=name).get("QueueConfigurations", [])
    with translate_errors("GetQueueAttributes"):
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    unfiltered = [each for each in configured if each["QueueArn"] == arn and "Filter" not in each]
    if any("s3:ObjectCreated:*" in each["Events"] for each in unfiltered):
        return proven("The image bucket notifies the uploads queue of every upload.")
    return wrong(
        "The image bucket does not notify the uploads queue of every upload: somebody changed its notifications. Run "
        "`deploy --revert-drift` to restore them, and `backfill` to send the uploads that were missed."
    )


def check_table(dynamodb: DynamoDBClient, name: str, table_name: str) -> Finding:
    """Check that the table exists and is active.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    with translate_errors("DescribeTable"):
        state = dynamodb.describe_table(TableName=table_name)["Table"].get("TableStatus")
    return proven(f"The {name} exists.") if state == "ACTIVE" else wrong(f"The {name} is {state}.")
