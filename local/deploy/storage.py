"""Creates buckets and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deploy.resources import DeploymentContext, Resource, ResourceCreator
from local.processes.aws_clients import REGION

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import QueueConfigurationTypeDef

    from local.deploy.properties import Properties

_IN_MEMORY = "the data is in the memory of one process on 127.0.0.1 and ends with it"


def create_bucket(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Create a bucket that sends an event for each upload."""
    name = properties.take("BucketName", context.default_name(logical_id).lower())
    s3 = context.clients.s3
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if status := properties.section("VersioningConfiguration").take("Status"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    notifications = properties.section("NotificationConfiguration")
    if queues := [_queue_configuration(section) for section in notifications.sections("QueueConfigurations")]:
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": queues})
    properties.ignore(_IN_MEMORY, "BucketEncryption", "PublicAccessBlockConfiguration", "OwnershipControls")
    properties.ignore("the emulated AWS answers no page", "CorsConfiguration")
    properties.ignore("no run lasts a day", "LifecycleConfiguration")
    properties.ignore("nothing is billed", "Tags")
    return Resource(name, {"Arn": f"arn:aws:s3:::{name}"})


def _queue_configuration(properties: Properties) -> QueueConfigurationTypeDef:
    configuration: QueueConfigurationTypeDef = {
        "QueueArn": properties.take("Queue"),
        "Events": [properties.take("Event")],
    }
    if rules := properties.section("Filter").section("S3Key").take("Rules"):
        configuration["Filter"] = {"Key": {"FilterRules": rules}}
    return configuration


def create_table(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Create a table whose items expire."""
    name = properties.take("TableName", context.default_name(logical_id))
    dynamodb = context.clients.dynamodb
    arn = dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=properties.take("AttributeDefinitions"),
        KeySchema=properties.take("KeySchema"),
        BillingMode=properties.take("BillingMode"),
    )["TableDescription"]["TableArn"]
    if time_to_live := properties.take("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=time_to_live)
    properties.ignore(_IN_MEMORY, "SSESpecification", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled")
    properties.ignore("nothing is billed", "Tags")
    return Resource(name, {"Arn": arn})


STORAGE: dict[str, ResourceCreator] = {"AWS::S3::Bucket": create_bucket, "AWS::DynamoDB::Table": create_table}
