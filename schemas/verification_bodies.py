"""The schemas of the verify function's requests and answers, for its OpenAPI description."""

from __future__ import annotations

from typing import Any

from sealed_ocr.common.sealed_claim import SEALED_CLAIM_PATTERN
from sealed_ocr.verification.claim_validation import RULES
from sealed_ocr.verification.problems import STATUSES

from schemas.claim_schemas import claim_name, claims
from schemas.example_files import read_example

Schema = dict[str, Any]

DOCUMENT_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The message's `id`."}


def component_schemas() -> dict[str, Schema]:
    """Return each schema by its name."""
    return {"Claim": _claim(), **claims(), "SealedClaim": _sealed_claim(), "Verdict": _verdict(), "Problem": _problem()}


def ref(name: str) -> Schema:
    """Return a reference to one of these schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def _claim() -> Schema:
    names = {id_type: claim_name(id_type) for id_type in RULES}
    mapping = {id_type: ref(name)["$ref"] for id_type, name in names.items()}
    return {
        "description": "Texts are brought into Unicode's form NFC, and blanks around them are removed. The patterns "
        "are those of the result. Invisible, compatibility, private-use and unassigned characters are refused.",
        "type": "object",
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {"propertyName": "idType", "mapping": mapping},
        "examples": [read_example(name)["data"]["verification"]["request"] for name in ("resident", "driver")],
    }


def _sealed_claim() -> Schema:
    rules = {name: rule for fields in RULES.values() for name, rule in fields.items()}
    sealed = {"type": "string", "pattern": SEALED_CLAIM_PATTERN, "description": "verification.sealedClaim, unchanged."}
    id_type = {"type": "string", "enum": [*RULES], "description": "That of the card, if it is given."}
    corrections = {
        name: {"type": "string", "description": f"Corrects or adds the field {name} of the claim."} for name in rules
    }
    return {
        "description": "The complete claim of a message that withholds fields, and fields that correct it, in the form "
        "of a claim's.",
        "type": "object",
        "properties": {"sealedClaim": sealed, "idType": id_type, **corrections},
        "required": ["sealedClaim"],
        "additionalProperties": False,
    }


def _verdict() -> Schema:
    return {
        "type": "object",
        "properties": {
            "documentId": DOCUMENT_ID,
            "isAuthenticity": {"type": "boolean", "description": "Whether the authority has a card with these data."},
        },
        "required": ["documentId", "isAuthenticity"],
        "examples": [read_example("answers")["verdict"]["body"]],
    }


def _advice() -> Schema:
    texts = {"ko": {"type": "string", "description": "Korean."}, "en": {"type": "string", "description": "English."}}
    return {
        "type": "object",
        "description": "What the applicant can do; the texts may change.",
        "properties": texts,
        "required": [*texts],
    }


def _problem() -> Schema:
    error = {
        "type": "object",
        "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
        "required": ["field", "reason"],
    }
    return {
        "type": "object",
        "description": "RFC 9457. `type` is stable; the texts are not, and never repeat a value.",
        "properties": {
            "type": {"type": "string", "enum": [*STATUSES], "description": "Decide by this member."},
            "title": {"type": "string", "description": "The type in plain text."},
            "status": {"type": "integer", "description": "The HTTP status."},
            "detail": {"type": "string", "description": "A sentence for people."},
            "errors": {"type": "array", "items": error, "description": "The wrong fields of the claim."},
            "final": {"type": "boolean", "description": "Whether neither another image nor another claim can succeed."},
            "advice": _advice(),
        },
        "required": ["type", "title", "status", "detail"],
        "examples": [read_example("answers")[type_]["body"] for type_ in ("invalid-claim", "rate-limited")],
    }
