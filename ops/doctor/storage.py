"""The resources that a stack stores in: that they are there, and what waits in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import clean

from ops.common.console import counted
from ops.doctor.findings import Finding, proven, wrong

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


def bucket(s3: S3Client, name: str) -> Finding:
    """Find out whether the bucket is there and keeps versions, by which documents are told apart.

    Raises
    ------
    AwsError
        when S3 fails or refuses.
    """
    with clean("GetBucketVersioning"):
        versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
    if versioning != "Enabled":
        return wrong("The image bucket keeps no versions: an image that is overwritten could be lost unread.")
    return proven("The image bucket is there, and keeps versions.")


def queue(sqs: SQSClient, what: str, url: str) -> Finding:
    """Find out whether the queue is there, and how much waits in it.

    Raises
    ------
    AwsError
        when SQS fails or refuses.
    """
    with clean("GetQueueAttributes"):
        found = sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
    waiting = counted(int(found["ApproximateNumberOfMessages"]), "message")
    hidden = found["ApproximateNumberOfMessagesNotVisible"]
    return proven(f"The {what} is there: {waiting} to be seen, {hidden} in hand or put off.")


def announcing(s3: S3Client, name: str, sqs: SQSClient, url: str) -> Finding:
    """Find out whether the bucket announces every upload on the queue. Where it does not, no alarm could tell.

    Raises
    ------
    AwsError
        when S3 or SQS fails or refuses.
    """
    with clean("GetBucketNotificationConfiguration"):
        told = s3.get_bucket_notification_configuration(Bucket=name).get("QueueConfigurations", [])
    with clean("GetQueueAttributes"):
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    to_it = [each for each in told if each["QueueArn"] == arn and "Filter" not in each]
    if any("s3:ObjectCreated:*" in each["Events"] for each in to_it):
        return proven("The image bucket announces every upload on the uploads queue.")
    return wrong(
        "The image bucket does not announce every upload on the uploads queue: somebody changed its notifications. "
        "`deploy --revert-drift` mends them; what was not announced meanwhile stays unread until `backfill`."
    )


def table(dynamodb: DynamoDBClient, what: str, name: str) -> Finding:
    """Find out whether the table is there and can be used.

    Raises
    ------
    AwsError
        when DynamoDB fails or refuses.
    """
    with clean("DescribeTable"):
        state = dynamodb.describe_table(TableName=name)["Table"].get("TableStatus")
    return proven(f"The {what} is there.") if state == "ACTIVE" else wrong(f"The {what} is {state}.")
