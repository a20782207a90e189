"""Reads a message: validates it against the JSON Schema of its type, then parses it with the CloudEvents SDK."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

if TYPE_CHECKING:
    from pathlib import Path

    from cloudevents.core.base import BaseCloudEvent


class InvalidMessage(Exception):
    """The message is not valid. The text says where, and quotes nothing of the message."""


class MessageReader:
    """Reads the messages for which ``folder`` has a schema (``document.*.json``, from ``schemas/`` of Sealed OCR)."""

    def __init__(self, folder: Path) -> None:
        schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("document.*.json"))]
        self._validators = {schema["properties"]["type"]["const"]: Draft202012Validator(schema) for schema in schemas}
        if not self._validators:
            raise FileNotFoundError(f"no document.*.json in {folder}")

    def read(self, body: str) -> BaseCloudEvent:
        """Return the event.

        Raises
        ------
        InvalidMessage
            If the body is not an event, has no schema for its type, or violates the schema.
        """
        try:
            tree = json.loads(body)
        except ValueError:
            raise InvalidMessage("it is not JSON") from None
        validator = self._validators.get(tree.get("type") if isinstance(tree, dict) else None)
        if validator is None:
            raise InvalidMessage("there is no schema for its type")
        # The violation's own message would quote the value.
        violation = best_match(validator.iter_errors(tree))
        if violation is not None:
            raise InvalidMessage(f"{violation.json_path} violates {violation.validator!r} of the schema")
        try:
            return JSONFormat().read(CloudEvent, body)
        except (ValueError, BaseCloudEventException) as error:
            raise InvalidMessage(f"it is not a CloudEvent: {type(error).__name__}") from None
