"""Forwards the messages to the results queue, and records them on the way.

A consumer under development needs every message, and so does the console. Peeking at the results queue (``ops tail``)
is too late if a consumer is fast, counts as a receive, and on the emulated queue returns only the ten oldest messages.
A queue cannot be read twice. So, while the console runs, the function sends to a queue of the console's. The console
forwards each message unchanged, body and attributes, before it deletes it.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import BotoCoreError, ClientError
from sealed_ocr.common.sizes import readable_size

from local.console.documents import Observation, ResultsMessage
from workstation.sealed_messages import PrivateKeyFault, is_sealed

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

    from local.console.documents import StationState
    from local.console.record import Record
    from workstation.sealed_messages import Opener

_OUTCOMES: dict[str, Literal["analyzed", "rejected", "delayed"]] = {
    "sealed-ocr.document.analyzed.v1": "analyzed",
    "sealed-ocr.document.rejected.v1": "rejected",
    "sealed-ocr.document.delayed.v1": "delayed",
}
_STATES: dict[str, StationState] = {"analyzed": "done", "rejected": "failed", "delayed": "waiting"}
_log = logging.getLogger(__name__)


class ResultsForwarder:
    """Forwards messages from ``source`` to ``results`` (queue URLs). ``opener`` opens those that are sealed."""

    def __init__(self, record: Record, sqs: SQSClient, source: str, results: str, opener: Opener | None = None) -> None:
        self._record, self._sqs, self._source, self._results = record, sqs, source, results
        self._opener = opener
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start forwarding."""
        threading.Thread(target=self._run, name="console-forwarder", daemon=True).start()

    def stop(self) -> None:
        """Forward nothing more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                received = self._sqs.receive_message(
                    QueueUrl=self._source, MaxNumberOfMessages=10, WaitTimeSeconds=5, MessageAttributeNames=["All"]
                )
                for message in received.get("Messages", []):
                    self._forward(message)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.wait(1):
                    _log.warning("the console could not forward messages: %s", type(error).__name__)

    def _forward(self, message: MessageTypeDef) -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            name: {"DataType": value["DataType"], "StringValue": value.get("StringValue", "")}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        sent = self._sqs.send_message(QueueUrl=self._results, MessageBody=message["Body"], MessageAttributes=attributes)
        self._sqs.delete_message(QueueUrl=self._source, ReceiptHandle=message["ReceiptHandle"])
        strings = {name: value.get("StringValue", "") for name, value in attributes.items()}
        self._add_to_record(ResultsMessage(message["Body"], strings, sent["MessageId"], self._opened(message["Body"])))

    def _opened(self, body: str) -> str | None:
        """Return the message inside, or None if there is none or it cannot be opened."""
        try:
            return self._opener.open(body) if self._opener and is_sealed(json.loads(body)) else None
        except PrivateKeyFault as fault:
            _log.warning("%s", fault)
        except ValueError:
            _log.warning("the pipeline sent a message that is not JSON")
        return None

    def _add_to_record(self, message: ResultsMessage) -> None:
        try:
            event = message.event()
            data = event["data"]
            sealed = is_sealed(event)
            outcome = _OUTCOMES[f"sealed-ocr.document.{data['outcome']}.v1" if sealed else event["type"]]
            code = (data if sealed else data["rejection"])["code"] if outcome == "rejected" else None
            document_id, kind = str(data["document"]["documentId"]), str(data["document"]["kind"] or "unknown")
        except (ValueError, KeyError, TypeError):
            _log.warning("the pipeline sent a message that is not one of our events")
            return
        with self._record.change_identified(document_id) as document:
            if document is None:
                return
            document.message, document.rejection, document.kind = message, code, kind
            text = f"{outcome}: a message of {readable_size(len(message.text.encode()))} is on the results queue"
            observation = Observation("results", _STATES[outcome], text)
            document.observe(observation)
            if outcome != "delayed":
                # A delayed document is parked, as the function's log says.
                document.outcome, document.ended = outcome, observation.at
