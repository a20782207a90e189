"""Run with the package alone on the path: everything that the functions call is called, not only its client made.

Its service models are cut down to just those calls, so whoever runs this makes what is called upon.
"""

from __future__ import annotations

import os
from typing import Any

import botocore
from sealed_ocr.aws.clients import Clients

clients = Clients(connections=2)
image = clients.s3.get_object(Bucket="images", Key="a")["Body"].read()
queue = os.environ["QUEUE_URL"]
message = clients.sqs.send_message(
    QueueUrl=queue, MessageBody="hello", MessageAttributes={"type": {"DataType": "String", "StringValue": "x"}}
)
clients.sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=os.environ["RECEIPT_HANDLE"], VisibilityTimeout=5)
key = {"id": {"S": "x"}}
clients.dynamodb.update_item(
    TableName="table", Key=key, UpdateExpression="SET a = :a", ExpressionAttributeValues={":a": {"N": "1"}}
)
try:
    clients.dynamodb.update_item(
        TableName="table",
        Key=key,
        UpdateExpression="SET a = :a",
        ConditionExpression="a = :b",
        ExpressionAttributeValues={":a": {"N": "1"}, ":b": {"N": "2"}},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
except clients.dynamodb.exceptions.ConditionalCheckFailedException as met:
    response: dict[str, Any] = {**met.response}
    item = response["Item"]
assert item == clients.dynamodb.get_item(TableName="table", Key=key, ConsistentRead=True)["Item"]
value = clients.secretsmanager.get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]
mac = clients.kms.generate_mac(KeyId=os.environ["HMAC_KEY"], Message=b"claim", MacAlgorithm="HMAC_SHA_256")["Mac"]

print(image.decode(), bool(message["MessageId"]), item["a"]["N"], value, len(mac) > 0, botocore.__file__)
