"""The schemas of the OCR service's results: one type for credit cards, one for each ``idType``, one for any other."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
from sealed_ocr.ocr.card_fields import ID_CARD_FIELDS
from sealed_ocr.ocr.models import CardResult, IdCardResult

Schema = dict[str, Any]

CREDIT_CARD_RESULT = "CreditCardResult"
OTHER_ID_CARD_RESULT = "OtherIdCardResult"
ID_CARD_RESULTS = (*(f"{id_type.capitalize()}Result" for id_type in ID_CARD_FIELDS), OTHER_ID_CARD_RESULT)

_IMAGE = {
    "fileType": "The image's type, for example png.",
    "resolution": "normal (at least 760 x 480 pixels) or low.",
}
_RECOGNISED = {"value": "The text, decrypted.", "conf": "The OCR service's confidence, 0 to 1."}
_DESCRIPTIONS = {
    "CardResult": {
        "cardNums": "The groups of the number, as printed.",
        "totalCardNum": "The whole number.",
        "validThru": "The month and year of expiry.",
        "cardNumBoxes": "A box for each group of the number.",
        "validThruBox": "The box of validThru.",
        **_IMAGE,
    },
    "IdCardResult": {
        "idType": "The kind of ID card.",
        "keyValues": "The fields.",
        "boxes": "The boxes of the fields.",
        **_IMAGE,
    },
    "Recognised": _RECOGNISED,
    "KeyValue": {"key": "The field's name.", "bbox": "The field's box.", **_RECOGNISED},
    "Box": {
        f"{axis}{corner}": f"Pixels from the image's {'left' if axis == 'x' else 'upper'} edge; corner {corner}."
        for corner in (1, 2, 3, 4)
        for axis in "xy"
    },
}


def result_schemas() -> dict[str, Schema]:
    """Return each type by its name."""
    _, views = msgspec.json.schema_components([CardResult, IdCardResult])
    for view, descriptions in _DESCRIPTIONS.items():
        for name, member in views[view]["properties"].items():
            # A missing member stays missing. It is not replaced by a default.
            member.pop("default", None)
            member["description"] = descriptions[name]
    any_card, any_field = views.pop("IdCardResult"), views.pop("KeyValue")
    found = {CREDIT_CARD_RESULT: views.pop("CardResult") | {"title": CREDIT_CARD_RESULT}} | views
    found[CREDIT_CARD_RESULT]["description"] = "The OCR service's result for a credit card, its values decrypted."
    for id_type, fields in ID_CARD_FIELDS.items():
        title, constant = id_type.capitalize(), {"type": "string", "const": id_type}
        name = f"{title}FieldName"
        found[name] = {"title": name, "description": "A field of the guide.", "type": "string", "enum": [*fields]}
        names = {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "string"}, {"type": "null"}]}
        found |= _id_card(title, any_card, any_field, constant, names)
        found[f"{title}Result"]["required"] = ["idType"]
    another = {"anyOf": [{"type": "string", "not": {"enum": [*ID_CARD_FIELDS]}}, {"type": "null"}]}
    return found | _id_card("OtherIdCard", any_card, any_field, another, any_field["properties"]["key"])


def _id_card(title: str, any_card: Schema, any_field: Schema, id_type: Schema, key: Schema) -> dict[str, Schema]:
    card, field = copy.deepcopy(any_card), copy.deepcopy(any_field)
    field["title"], card["title"] = f"{title}Field", f"{title}Result"
    field["properties"]["key"] = {"description": field["properties"]["key"]["description"], **key}
    card["description"] = "The OCR service's result for this kind of ID card, its values decrypted."
    members = card["properties"]
    members["idType"] = {"description": members["idType"]["description"], **id_type}
    items, _ = members["keyValues"]["anyOf"]
    items["items"]["anyOf"][0] = {"$ref": f"#/$defs/{title}Field"}
    return {card["title"]: card, field["title"]: field}
