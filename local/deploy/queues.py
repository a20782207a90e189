"""Queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.deploy.resources import Create, Resource, Site

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
_DOCUMENTS: tuple[QueueAttributeNameType, ...] = ("RedrivePolicy", "RedriveAllowPolicy")


def create_queue(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Make a queue; SQS itself moves messages to the one behind it, by their receive count."""
    name = properties.take("QueueName", site.name(logical_id))
    attributes: dict[QueueAttributeNameType, str] = {}
    for attribute in _ATTRIBUTES:
        if (value := properties.take(attribute)) is not None:
            attributes[attribute] = str(value)
    for attribute in _DOCUMENTS:
        if (value := properties.take(attribute)) is not None:
            attributes[attribute] = json.dumps(value)
    properties.leave_out("nobody is billed", "Tags")
    properties.leave_out("a queue under a customer key has no other", "SqsManagedSseEnabled")
    url = site.clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    found = site.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return Resource(url, {"Arn": found["QueueArn"], "QueueName": name, "QueueUrl": url})


QUEUES: dict[str, Create] = {"AWS::SQS::Queue": create_queue}
