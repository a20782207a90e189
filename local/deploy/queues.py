"""Creates queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.deploy.resources import DeploymentContext, Resource, ResourceCreator

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

    from local.deploy.properties import Properties

_ATTRIBUTES: tuple[QueueAttributeNameType, ...] = (
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)
_JSON_ATTRIBUTES: tuple[QueueAttributeNameType, ...] = ("RedrivePolicy", "RedriveAllowPolicy")


def create_queue(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Create a queue. SQS itself moves messages to the dead-letter queue by their receive count."""
    name = properties.take("QueueName", context.default_name(logical_id))
    attributes: dict[QueueAttributeNameType, str] = {}
    for attribute in _ATTRIBUTES:
        if (value := properties.take(attribute)) is not None:
            attributes[attribute] = str(value)
    for attribute in _JSON_ATTRIBUTES:
        if (value := properties.take(attribute)) is not None:
            attributes[attribute] = json.dumps(value)
    properties.ignore("nothing is billed", "Tags")
    properties.ignore("a queue with a customer key needs no other encryption", "SqsManagedSseEnabled")
    url = context.clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    found = context.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return Resource(url, {"Arn": found["QueueArn"], "QueueName": name, "QueueUrl": url})


QUEUES: dict[str, ResourceCreator] = {"AWS::SQS::Queue": create_queue}
