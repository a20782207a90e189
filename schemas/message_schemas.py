"""JSON Schemas (2020-12) of the messages, from ``sealed_ocr.analysis.messages`` and the views that check a result.

Generators of types understand ``oneOf`` and ``const``, and ignore ``if``. So each kind and each ``idType`` is a branch
with a type of its own, and each type has a title. Ajv's strict mode wants ``type`` beside ``enum`` and ``properties``.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sealed_ocr.analysis.erased import Erased
from sealed_ocr.analysis.messages import Analyzed, Delayed, Rejected
from sealed_ocr.analysis.sealed_message import Sealed
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.kind_specs import KIND_SPECS

from schemas.claim_schemas import offered_claims
from schemas.result_schemas import CREDIT_CARD_RESULT, ID_CARD_RESULTS, result_schemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The names of the types: CreditCardData, CreditCardDocument, and so on.
_KIND_TITLES = {
    Kind.CREDIT_CARD: "CreditCard",
    Kind.ID_CARD: "IdCard",
    Kind.ID_CARD_STAND_ALONE: "StandAloneIdCard",
}
_KIND = "DocumentKind"
_RESULTS = {
    Kind.CREDIT_CARD: (CREDIT_CARD_RESULT,),
    Kind.ID_CARD: ID_CARD_RESULTS,
    Kind.ID_CARD_STAND_ALONE: ID_CARD_RESULTS,
}

Schema = dict[str, Any]


def analyzed_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.analyzed.v1``."""
    schema = _event_schema(Analyzed)
    definitions = schema["$defs"]
    claims = offered_claims()
    definitions["Verification"]["properties"]["request"] = {
        "description": "The claim, without the fields in missing and withheld.",
        **_one_of(*claims),
    }
    data, document = definitions.pop("AnalyzedData"), definitions.pop("Document")
    for kind, title in _KIND_TITLES.items():
        members = data["properties"] | {"document": _ref(f"{title}Document")}
        members["result"] = {"description": data["properties"]["result"]["description"], **_one_of(*_RESULTS[kind])}
        if not KIND_SPECS[kind].offers_claim:
            del members["verification"]
        definitions[f"{title}Data"] = data | {"title": f"{title}Data", "properties": members}
        constant = {"kind": {"description": "The folder: the OCR API's path.", "type": "string", "const": kind}}
        definitions[f"{title}Document"] = document | {
            "title": f"{title}Document",
            "properties": document["properties"] | constant,
        }
    schema["properties"]["data"] = _one_of(*(f"{title}Data" for title in _KIND_TITLES.values()))
    definitions |= result_schemas() | claims
    return schema


def rejected_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.rejected.v1``."""
    schema = _event_schema(Rejected)
    kind = _own_document(schema, "Rejected")["kind"]
    kind["anyOf"] = [_ref(_KIND), {"type": "null"}]
    return schema


def delayed_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.delayed.v1``."""
    schema = _event_schema(Delayed)
    # Only a document that was sent to the OCR service can be delayed.
    _own_document(schema, "Delayed")["kind"] = {"description": "The folder: the OCR API's path.", **_ref(_KIND)}
    return schema


def sealed_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.sealed.v1``."""
    schema = _event_schema(Sealed)
    kind = schema["$defs"]["SealedDocument"]["properties"]["kind"]
    schema["$defs"][_KIND] = {"title": _KIND, "type": "string", "enum": [*Kind]}
    kind["anyOf"] = [_ref(_KIND), {"type": "null"}]
    return schema


def erased_schema() -> Schema:
    """Return the schema of ``sealed-ocr.document.erased.v1``."""
    return _event_schema(Erased)


def message_schema() -> Schema:
    """Return the schema of any message: the events' own types, each of them once, for generators."""
    events = [analyzed_schema(), rejected_schema(), delayed_schema(), sealed_schema(), erased_schema()]
    definitions: Schema = {}
    for event in events:
        definitions |= event.pop("$defs")
        definitions[event["title"]] = {name: part for name, part in event.items() if not name.startswith("$")}
    title = {"title": "Message", "description": "Any message. `type` tells them apart."}
    alternatives = _one_of(*(event["title"] for event in events))
    return {"$schema": DIALECT, "$id": "urn:sealed-ocr:message.v1", **title, **alternatives, "$defs": definitions}


def _own_document(schema: Schema, title: str) -> Schema:
    """Give the event's document a type of its own; return its members."""
    definitions = schema["$defs"]
    name = f"{title}Document"
    document: Schema = definitions.pop("Document")
    definitions[_KIND] = {"title": _KIND, "type": "string", "enum": [*Kind]}
    definitions[name] = document | {"title": name}
    definitions[f"{title}Data"]["properties"]["document"] = _ref(name)
    members: Schema = document["properties"]
    return members


def _event_schema(message: type[Analyzed | Rejected | Delayed | Sealed | Erased]) -> Schema:
    schema = msgspec.json.schema(message)
    event = schema["$defs"].pop(message.__name__)
    constants = [name for name, member in event["properties"].items() if "default" in member]
    schema["$defs"].pop("Kind", None)
    for name in constants:
        # The member has a constant value and is always sent.
        member = event["properties"][name]
        member |= {"type": "string", "const": member.pop("default")}
        del member["enum"]
    _name_enums(schema["$defs"])
    event["required"] += constants
    urn = "urn:" + event["properties"]["type"]["const"].replace(".", ":", 1)
    return {"$schema": DIALECT, "$id": urn, **event, "$defs": schema["$defs"]}


def _name_enums(definitions: Schema) -> None:
    """Give each enum of strings a type with a name: RejectionCode, DelayCode."""
    for owner, definition in [*definitions.items()]:
        for name, member in definition["properties"].items():
            if "enum" in member:
                title = f"{owner}{name.capitalize()}"
                definitions[title] = {"title": title, "type": "string", "enum": member.pop("enum")}
                member |= _ref(title)


def _one_of(*names: str) -> Schema:
    return {"oneOf": [_ref(name) for name in names]} if len(names) > 1 else _ref(names[0])


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
