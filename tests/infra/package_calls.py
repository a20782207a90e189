"""Run with the package alone on the path: every service that the functions use is called, not only its client made."""

from __future__ import annotations

import boto3
from sealed_ocr.aws.clients import Clients

clients = Clients(connections=2)

clients.s3.create_bucket(Bucket="images", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
clients.s3.put_object(Bucket="images", Key="a", Body=b"image")
image = clients.s3.get_object(Bucket="images", Key="a")["Body"].read()

queue = clients.sqs.create_queue(QueueName="queue")["QueueUrl"]
clients.sqs.send_message(QueueUrl=queue, MessageBody="hello")
(message,) = clients.sqs.receive_message(QueueUrl=queue)["Messages"]
clients.sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=5)

clients.dynamodb.create_table(
    TableName="table",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
key = {"id": {"S": "x"}}
clients.dynamodb.update_item(
    TableName="table", Key=key, UpdateExpression="SET a = :a", ExpressionAttributeValues={":a": {"N": "1"}}
)
item = clients.dynamodb.get_item(TableName="table", Key=key)["Item"]

secret = clients.secretsmanager.create_secret(Name="secret", SecretString="value")["ARN"]
value = clients.secretsmanager.get_secret_value(SecretId=secret)["SecretString"]

hmac = clients.kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
mac = clients.kms.generate_mac(KeyId=hmac, Message=b"claim", MacAlgorithm="HMAC_SHA_256")["Mac"]

print(image.decode(), message["Body"], item["a"]["N"], value, len(mac) > 0, boto3.__file__)
