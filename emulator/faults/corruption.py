"""Corrupted responses: a fault changes the JSON tree, the encryption of values, or the serialised bytes."""

from __future__ import annotations

import base64
import os
from typing import Any, assert_never

from emulator.domain.envelope import KEY_BYTES, Envelope
from emulator.domain.responses import Response, Seal, render
from emulator.faults.kinds import AnyFault, NotJson, TruncatedJson, Undecryptable, Variation, WrongTypes


def response_body(answer: Response, fault: AnyFault | None) -> bytes:
    """Return the body of a response, corrupted if the fault requires it."""
    if isinstance(fault, NotJson):
        return b"Service is under maintenance."
    body = render(_response_tree(answer, fault), _sealer(answer.envelope, fault))
    return body[: len(body) // 2] if isinstance(fault, TruncatedJson) else body


def _response_tree(answer: Response, fault: AnyFault | None) -> Any:
    match fault:
        case WrongTypes():
            return _with_wrong_types(answer.tree(), fault)
        case Variation():
            return _with_variation(answer.tree(), fault)
        case _:
            return answer.tree()


def _with_wrong_types(tree: dict[str, Any], fault: WrongTypes) -> Any:
    match fault.part:
        case "body":
            return [tree]
        case "header":
            return tree | {"header": "SUCCESS"}
        case "result-code":
            return tree | {"header": tree.get("header", {}) | {"resultCode": "zero"}}
        case "result":
            return tree | {"result": ["nothing"]}
        case "values":
            return tree
        case _:
            assert_never(fault.part)


def _with_variation(tree: dict[str, Any], fault: Variation) -> dict[str, Any]:
    result = tree.get("result")
    if isinstance(result, dict) and fault.form == "unknown-members":
        return tree | {"futureTop": True, "result": result | {"futureMember": {"nested": [1, 2.5, None, "text"]}}}
    if isinstance(result, dict) and fault.form == "total-card-num-list" and "totalCardNum" in result:
        return tree | {"result": result | {"totalCardNum": [result["totalCardNum"]]}}
    if isinstance(result, dict) and fault.form == "malformed-boxes":
        return tree | {"result": _with_malformed_boxes(result)}
    return tree


def _with_malformed_boxes(result: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {
        name: 7 for name in result if name in {"fileType", "resolution"} or name.lower().endswith(("box", "boxes"))
    }
    if "keyValues" in result:
        changed["keyValues"] = [field | {"bbox": {"x1": "left"}} for field in result["keyValues"]]
    return result | changed


def _sealer(envelope: Envelope | None, fault: AnyFault | None) -> Seal:
    if envelope is None:
        return _refuse_to_seal
    match fault:
        case Undecryptable():
            return _corrupting_sealer(envelope, fault)
        case WrongTypes(part="values"):
            return lambda _: 7
        case Variation(form="null-values"):
            return lambda _: None
        case Variation(form="empty-values"):
            return lambda _: ""
        case _:
            return envelope.seal


def _corrupting_sealer(envelope: Envelope, fault: Undecryptable) -> Seal:
    match fault.flaw:
        case "key":
            return Envelope(os.urandom(KEY_BYTES)).seal
        case "base64":
            return lambda _: "*** no Base64 ***"
        case "blocks":
            return lambda text: base64.b64encode(envelope.seal_bytes(text.encode())[:-1]).decode()
        case "utf-8":
            return lambda _: base64.b64encode(envelope.seal_bytes(b"\xff\xfe\xfd")).decode()
        case _:
            assert_never(fault.flaw)


def _refuse_to_seal(_: str) -> str:
    raise TypeError("a response without an envelope has an encrypted value")
