"""The messages, seen on their way to the results queue.

Who writes a consumer wants every message for it, and the console wants to see every message too. A look at the queue
(``ops tail``) comes too late where a consumer is quick, counts as a receive, and on the emulated queue only ever meets
the ten oldest. A queue cannot be read twice, so while the console is there the function sends to a queue of the
console's, and what is received there goes on as it is, body and attributes, before it is deleted.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.console.documents import Came, Sighting

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

    from local.console.record import Record

_REJECTED = "sealed-ocr.document.rejected.v1"
_log = logging.getLogger(__name__)


class Inbox:
    """Carries messages from ``inbox`` on to ``results`` (queue URLs), into the record on the way."""

    def __init__(self, record: Record, sqs: SQSClient, inbox: str, results: str) -> None:
        self._record, self._sqs, self._inbox, self._results = record, sqs, inbox, results
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._carry, name="console-inbox", daemon=True).start()

    def stop(self) -> None:
        """Carry nothing more."""
        self._stopping.set()

    def _carry(self) -> None:
        while not self._stopping.is_set():
            try:
                received = self._sqs.receive_message(
                    QueueUrl=self._inbox, MaxNumberOfMessages=10, WaitTimeSeconds=5, MessageAttributeNames=["All"]
                )
                for message in received.get("Messages", []):
                    self._pass_on(message)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.wait(1):
                    _log.warning("the console's inbox: %s", type(error).__name__)

    def _pass_on(self, message: MessageTypeDef) -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            name: {"DataType": value["DataType"], "StringValue": value.get("StringValue", "")}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        sent = self._sqs.send_message(QueueUrl=self._results, MessageBody=message["Body"], MessageAttributes=attributes)
        self._sqs.delete_message(QueueUrl=self._inbox, ReceiptHandle=message["ReceiptHandle"])
        named = {name: value.get("StringValue", "") for name, value in attributes.items()}
        self._note(Came(message["Body"], named, sent["MessageId"]))

    def _note(self, came: Came) -> None:
        try:
            event = came.event()
            rejected, data = event["type"] == _REJECTED, event["data"]
            code = data["rejection"]["code"] if rejected else None
            document_id, kind = str(event["id"]), str(data["document"]["kind"] or "unknown")
        except (ValueError, KeyError, TypeError):
            _log.warning("a message of the pipeline is no event of ours")
            return
        with self._record.identified(document_id) as document:
            if document is None:
                return
            document.came, document.rejection, document.kind = came, code, kind
            document.outcome = "rejected" if rejected else "analyzed"
            text = f"{document.outcome}: a message of {len(came.text.encode()):,} bytes is on the results queue"
            sighting = Sighting("results", "done", text)
            document.ended = sighting.at
            document.saw(sighting)
