"""JSON Schemas (2020-12) of the messages, from ``sealed_ocr.analysis.messages`` and the views that check a result."""

from __future__ import annotations

from typing import Any

import msgspec
from sealed_ocr.analysis.messages import Analyzed, Rejected
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.models import CardResult, IdCardResult

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

# What the guide promises beside the members that are checked before a message is sent: passed on as it comes.
_BOX = "Coordinates {x1, y1, x2, y2, x3, y3, x4, y4} in the uploaded image."
_PASSED_ON = {
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
_RECOGNISED = {"value": "The text, decrypted.", "conf": "How sure the OCR service is, 0 to 1."}
_CHECKED = {
    "CardResult": {
        "cardNums": "The groups of the number, as printed.",
        "totalCardNum": "The whole number.",
        "validThru": "The month and year of expiry.",
    },
    "IdCardResult": {"idType": "resident, driver or passport.", "keyValues": "The fields."},
    "Recognised": _RECOGNISED,
    "KeyValue": {"key": "The field's name, for example issueDate.", **_RECOGNISED},
}
_UNCHECKED = " As the OCR service gives it; not checked."
_DESCRIPTIONS = {
    "CardResult": "The OCR service's result for a credit card, its values decrypted; members may be missing or added.",
    "IdCardResult": "The OCR service's result for an ID card, its values decrypted; members may be missing or added.",
}


def analyzed() -> Schema:
    """Return the schema of ``sealed-ocr.document.analyzed.v1``."""
    schema = _message(Analyzed)
    _, views = msgspec.json.schema_components([CardResult, IdCardResult])
    for view, descriptions in _CHECKED.items():
        for name, member in views[view]["properties"].items():
            # Missing is not the same as null, and nothing is filled in.
            del member["default"]
            member["description"] = descriptions[name]
    for name, members in _PASSED_ON.items():
        views[name]["description"] = _DESCRIPTIONS[name]
        views[name]["properties"] |= {member: {"description": text + _UNCHECKED} for member, text in members.items()}
    definitions = schema["$defs"]
    definitions |= views
    definitions["Document"]["properties"]["kind"] = {"description": "The OCR API's path.", "enum": [*Kind]}
    definitions["AnalyzedData"] |= {
        "if": {"properties": {"document": {"properties": {"kind": {"const": Kind.CREDIT_CARD}}}}},
        "then": _result("CardResult"),
        "else": _result("IdCardResult"),
    }
    return schema


def rejected() -> Schema:
    """Return the schema of ``sealed-ocr.document.rejected.v1``."""
    schema = _message(Rejected)
    schema["$defs"]["Document"]["properties"]["kind"] |= {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "enum": [*Kind, None],
    }
    return schema


def _message(message: type[Analyzed | Rejected]) -> Schema:
    schema = msgspec.json.schema(message)
    event = schema["$defs"].pop(message.__name__)
    del schema["$defs"]["Kind"]
    for member in event["properties"].values():
        # A constant, which is always sent.
        if "default" in member:
            member["const"] = member.pop("default")
            del member["enum"]
    event["required"] = [*event["properties"]]
    urn = "urn:" + event["properties"]["type"]["const"].replace(".", ":", 1)
    return {"$schema": DIALECT, "$id": urn, **event, "$defs": schema["$defs"]}


def _result(view: str) -> Schema:
    return {"properties": {"result": {"$ref": f"#/$defs/{view}"}}}
