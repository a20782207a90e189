"""The SQS client of a process, and upload events."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sealed_ocr.common.timestamps import timestamp

from soak.exploration.replay import REFUSED, Script, raise_client_error
from soak.exploration.tables import NOW

UPLOADS, DEAD_LETTERS, RESULTS = "uploads", "dead letters", "results"

_EVENT_TIME = re.compile(r'(?<="eventTime":")[^"]*')


class Sqs:
    """SQS's client of one process."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._failed = ""
        self._moved = False

    def send_message(self, *, QueueUrl: str, MessageBody: str, MessageAttributes: Any) -> dict[str, Any]:
        attributes = tuple(sorted((name, value["StringValue"]) for name, value in MessageAttributes.items()))
        kind = dict(attributes).get("type", "")
        if QueueUrl != RESULTS:
            self._script.ask("SendMessage", QueueUrl, _body(MessageBody), attributes)
        elif kind == self._failed:
            # All retries of a send end like the first one: other orders have the same effects.
            raise_client_error(REFUSED.error, "SendMessage")
        else:
            self._failed = kind
            self._script.ask("SendMessage", QueueUrl, kind)
            self._failed = ""
        return {"MessageId": "sent"}

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:
        for entry in Entries:
            self._script.ask("SendMessage", QueueUrl, _body(entry["MessageBody"]), ())
        return {"Failed": []}

    def receive_message(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:
        return {
            "Messages": [
                {
                    "MessageId": handle,
                    "ReceiptHandle": handle,
                    "Body": body,
                    "MessageAttributes": {
                        name: {"DataType": "String", "StringValue": text} for name, text in attributes
                    },
                }
                for handle, body, attributes in self._script.ask("ReceiveMessage", QueueUrl)
            ]
        }

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:
        self._script.ask("DeleteMessage", QueueUrl, ReceiptHandle)

    def change_message_visibility(self, **_: Any) -> None:
        """Only delay the next delivery, which may come at any time anyway."""

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:
        handles = tuple(entry["ReceiptHandle"] for entry in Entries)
        if Entries[0]["VisibilityTimeout"] == 0:
            self._script.ask("ShowMessages", QueueUrl, *handles)
            return {}
        return {"Failed": [{"Id": handle} for handle in self._script.ask("HideMessages", QueueUrl, *handles)]}

    def get_queue_attributes(self, *, QueueUrl: str, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"QueueArn": QueueUrl}}

    def list_message_move_tasks(self, **_: Any) -> dict[str, Any]:
        return {"Results": [{"Status": "COMPLETED", "StartedTimestamp": 1}] if self._moved else []}

    def start_message_move_task(self, *, SourceArn: str, DestinationArn: str) -> None:
        self._script.ask("StartMessageMoveTask", SourceArn, DestinationArn)
        self._moved = True


def older_event(body: str, seconds: int, at_most: int) -> str:
    """Return an upload event that was sent ``seconds`` earlier, but ``at_most`` seconds ago."""
    (found,) = _EVENT_TIME.findall(body)
    sent = max(dt.datetime.fromisoformat(found).timestamp() - seconds, NOW - at_most)
    return _EVENT_TIME.sub(timestamp(sent), body)


def _body(text: str) -> str:
    # An operator's event carries the time of this machine, which differs each time the code runs.
    return _EVENT_TIME.sub(timestamp(NOW), text)
