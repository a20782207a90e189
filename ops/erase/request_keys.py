"""Deletes the Request-Key of a document, unless a claim is under way."""

from __future__ import annotations

from typing import Any

from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.request_key_states import RequestKeyState

from ops.common.stack import DeployedStack


def erase_request_key(stack: DeployedStack, document_id: str) -> bool:
    """Delete the item of the document's Request-Key, with its verdict. Return whether there was one.

    Raises
    ------
    ConditionFailed
        If a claim is under way. It carries the item.
    AwsError
        If DynamoDB fails or refuses.
    """
    with translate_errors("DeleteItem"):
        answer: Any = stack.clients.dynamodb.delete_item(
            TableName=stack.outputs.request_keys_table_name,
            Key={"documentId": {"S": document_id}},
            ConditionExpression="attribute_not_exists(documentId) OR NOT #state = :sending OR leaseUntil < :now",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":sending": {"S": RequestKeyState.SENDING},
                ":now": {"N": str(int(stack.clock()))},
            },
            ReturnValues="ALL_OLD",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    return "Attributes" in answer
