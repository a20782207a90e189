"""The schemas of a claim, from the verify function's own rules: in a message, and in the OpenAPI description."""

from __future__ import annotations

from typing import Any

from sealed_ocr.verification.claim_validation import RULES

Schema = dict[str, Any]


def claims() -> dict[str, Schema]:
    """Return each claim that the verify function accepts, by the name of its type."""
    return {
        claim_name(id_type): _claim(id_type)
        | {
            "required": ["idType", *(name for name, rule in rules.items() if not rule.optional)],
            "additionalProperties": False,
        }
        for id_type, rules in RULES.items()
    }


def offered_claims() -> dict[str, Schema]:
    """Return each claim as a message offers it: with the same members, of which some may be missing."""
    return {
        (title := f"Offered{claim_name(id_type)}"): {"title": title} | _claim(id_type) | {"required": ["idType"]}
        for id_type in RULES
    }


def claim_name(id_type: str) -> str:
    """Return the name of the type, for example ResidentClaim."""
    return f"{id_type.capitalize()}Claim"


def _claim(id_type: str) -> Schema:
    texts = {
        name: {"type": "string", "pattern": f"^{rule.pattern}$", "description": rule.expected}
        for name, rule in RULES[id_type].items()
    }
    return {"type": "object", "properties": {"idType": {"type": "string", "const": id_type}, **texts}}
