"""Tells consumers that a document was erased."""

from __future__ import annotations

from sealed_ocr.analysis import erased
from sealed_ocr.analysis.queue_message import encode
from sealed_ocr.aws.errors import translate_errors

from ops.common.stack import DeployedStack


def announce(stack: DeployedStack, document_id: str) -> None:
    """Send the message to the results queue, and to the one for review. A repeat has the same id.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    outputs = stack.outputs
    message = erased.erased(document_id, outputs.image_bucket_name, stack.clock())
    for url in filter(None, (outputs.results_queue_url, outputs.review_queue_url)):
        with translate_errors("SendMessage"):
            stack.clients.sqs.send_message(
                QueueUrl=url,
                MessageBody=encode(message),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in erased.attributes(message).items()
                },
            )
