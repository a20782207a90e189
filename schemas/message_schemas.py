"""JSON Schemas (2020-12) of the messages, from ``sealed_ocr.analysis.messages`` and the views that check a result."""

from __future__ import annotations

from typing import Any

import msgspec
from sealed_ocr.analysis.messages import Analyzed, Delayed, Rejected
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.models import CardResult, IdCardResult

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

# Members that the API guide describes and the function passes on without checking them.
_BOX = "Coordinates {x1, y1, x2, y2, x3, y3, x4, y4} in the uploaded image."
_UNCHECKED_MEMBERS = {
    "CardResult": {
        "fileType": "The image's type, for example png.",
        "resolution": "normal (at least 760 x 480 pixels) or low.",
        "cardNumBoxes": f"A list, one for each group of the number. {_BOX}",
        "validThruBox": _BOX,
    },
    "IdCardResult": {
        "fileType": "The image's type, for example png.",
        "resolution": "normal (at least 760 x 480 pixels) or low.",
        "boxes": f"A list. {_BOX}",
    },
}
_RECOGNISED = {"value": "The text, decrypted.", "conf": "The OCR service's confidence, 0 to 1."}
_CHECKED_MEMBERS = {
    "CardResult": {
        "cardNums": "The groups of the number, as printed.",
        "totalCardNum": "The whole number.",
        "validThru": "The month and year of expiry.",
    },
    "IdCardResult": {"idType": "resident, driver or passport.", "keyValues": "The fields."},
    "Recognised": _RECOGNISED,
    "KeyValue": {"key": "The field's name, for example issueDate.", **_RECOGNISED},
}
_UNCHECKED_NOTE = " Passed on from the OCR service without a check."
_DESCRIPTIONS = {
    "CardResult": "The OCR service's result for a credit card, its values decrypted; members may be missing or added.",
    "IdCardResult": "The OCR service's result for an ID card, its values decrypted; members may be missing or added.",
}


def analyzed_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.analyzed.v1``."""
    schema = _event_schema(Analyzed)
    _, views = msgspec.json.schema_components([CardResult, IdCardResult])
    for view, descriptions in _CHECKED_MEMBERS.items():
        for name, member in views[view]["properties"].items():
            # A missing member stays missing. It is not replaced by a default.
            del member["default"]
            member["description"] = descriptions[name]
    for name, members in _UNCHECKED_MEMBERS.items():
        views[name]["description"] = _DESCRIPTIONS[name]
        views[name]["properties"] |= {
            member: {"description": text + _UNCHECKED_NOTE} for member, text in members.items()
        }
    definitions = schema["$defs"]
    definitions |= views
    _require_kind(schema)
    definitions["AnalyzedData"] |= {
        "if": {"properties": {"document": {"properties": {"kind": {"const": Kind.CREDIT_CARD}}}}},
        "then": _result_type("CardResult"),
        "else": _result_type("IdCardResult"),
    }
    return schema


def rejected_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.rejected.v1``."""
    schema = _event_schema(Rejected)
    schema["$defs"]["Document"]["properties"]["kind"] |= {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "enum": [*Kind, None],
    }
    return schema


def delayed_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.delayed.v1``."""
    schema = _event_schema(Delayed)
    # Only a document that was sent to the OCR service can be delayed.
    _require_kind(schema)
    return schema


def _require_kind(schema: Schema) -> None:
    schema["$defs"]["Document"]["properties"]["kind"] = {"description": "The OCR API's path.", "enum": [*Kind]}


def _event_schema(message: type[Analyzed | Rejected | Delayed]) -> Schema:
    schema = msgspec.json.schema(message)
    event = schema["$defs"].pop(message.__name__)
    del schema["$defs"]["Kind"]
    for member in event["properties"].values():
        # The member has a constant value and is always sent.
        if "default" in member:
            member["const"] = member.pop("default")
            del member["enum"]
    event["required"] = [*event["properties"]]
    urn = "urn:" + event["properties"]["type"]["const"].replace(".", ":", 1)
    return {"$schema": DIALECT, "$id": urn, **event, "$defs": schema["$defs"]}


def _result_type(view: str) -> Schema:
    return {"properties": {"result": {"$ref": f"#/$defs/{view}"}}}
