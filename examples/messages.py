"""Reading a message: CloudEvents' own SDK, and the JSON Schema of its type."""

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


class Unreadable(Exception):
    """This is no message that is known here; the text names the place of the fault and quotes nothing."""


class Messages:
    """Reads what the schemas in ``folder`` describe (``document.*.json``, from ``schemas/`` of Sealed OCR)."""

    def __init__(self, folder: Path) -> None:
        schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("document.*.json"))]
        self._validators = {schema["properties"]["type"]["const"]: Draft202012Validator(schema) for schema in schemas}
        if not self._validators:
            raise FileNotFoundError(f"no document.*.json in {folder}")

    def read(self, body: str) -> BaseCloudEvent:
        """Return the event.

        Raises
        ------
        Unreadable
            when it is none, or of another type or shape than the schemas say.
        """
        try:
            tree = json.loads(body)
        except ValueError:
            raise Unreadable("it is not JSON") from None
        validator = self._validators.get(tree.get("type") if isinstance(tree, dict) else None)
        if validator is None:
            raise Unreadable("it is of no type that has a schema here")
        # Not the error's own message, which quotes the value.
        fault = best_match(validator.iter_errors(tree))
        if fault is not None:
            raise Unreadable(f"{fault.json_path} breaks the schema's {fault.validator!r}")
        try:
            return JSONFormat().read(CloudEvent, body)
        except (ValueError, BaseCloudEventException) as failure:
            raise Unreadable(f"it is no CloudEvent: {type(failure).__name__}") from None
