"""Trims botocore's service models to the operations that the functions call. Reading them is half of a cold start.

Before its first call, botocore reads a service's whole model with its documentation, and the endpoints of every
service. The package keeps the operations below, the shapes that they use, and the endpoints of their services. A new
call must be added here: otherwise it fails with an AttributeError.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

# The operations that the functions call, by botocore's name of the service.
OPERATIONS = {
    "dynamodb": ("GetItem", "UpdateItem"),
    "kms": ("Decrypt", "Encrypt", "GenerateMac"),
    "s3": ("GetObject", "HeadObject"),
    "secretsmanager": ("GetSecretValue",),
    "sqs": ("ChangeMessageVisibility", "SendMessage"),
}
# endpoints.json uses the prefix in a service's address, which for these is the service's name.
_ENDPOINT_PREFIXES = frozenset(OPERATIONS)
_SHARED_FILES = ("partitions.json", "sdk-default-configuration.json", "_retry.json")
_DOCUMENTATION = frozenset({"documentation", "documentationUrl", "examples"})


def trim(source: Path, target: Path) -> None:
    """Write what the functions need of ``source``, a ``botocore/data`` folder, to ``target``."""
    target.mkdir(parents=True)
    for name in _SHARED_FILES:
        shutil.copyfile(_existing(source / name), target / _existing(source / name).name)
    _write(target / "endpoints.json", _endpoints(_read(source / "endpoints.json")))
    for service, operations in OPERATIONS.items():
        newest = max(folder for folder in (source / service).iterdir() if folder.is_dir())
        kept = target / service / newest.name
        kept.mkdir(parents=True)
        _write(kept / "service-2.json", _model(_read(newest / "service-2.json"), operations))
        for extras in newest.glob("service-2.sdk-extras.json"):
            shutil.copyfile(extras, kept / extras.name)
        rules = _existing(newest / "endpoint-rule-set-1.json")
        _write(kept / "endpoint-rule-set-1.json", _read(rules))


def _endpoints(catalogue: dict[str, Any]) -> dict[str, Any]:
    for partition in catalogue["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in _ENDPOINT_PREFIXES
        }
    return catalogue


def _model(model: dict[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    # Only operations and shapes: botocore reads the documentation of a client's parameters.
    model["operations"] = {name: _without_documentation(model["operations"][name]) for name in operations}
    shapes, used = _without_documentation(model["shapes"]), set[str]()
    pending = list(_named_shapes(model["operations"]))
    while pending:
        name = pending.pop()
        if name not in used:
            used.add(name)
            pending.extend(_named_shapes(shapes[name]))
    model["shapes"] = {name: shape for name, shape in shapes.items() if name in used}
    return model


def _named_shapes(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _named_shapes(item)]
    if not isinstance(node, dict):
        return []
    return [
        name
        for key, value in node.items()
        for name in ([value] if key == "shape" and isinstance(value, str) else _named_shapes(value))
    ]


def _without_documentation(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_documentation(item) for item in node]
    if isinstance(node, dict):
        # A structure may have a member with one of these names.
        return {
            key: _without_documentation(value)
            for key, value in node.items()
            if key not in _DOCUMENTATION or isinstance(value, dict)
        }
    return node


def _existing(path: Path) -> Path:
    return path if path.exists() else path.with_name(path.name + ".gz")


def _read(path: Path) -> Any:
    path = _existing(path) if path.suffix != ".gz" else path
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def _write(path: Path, tree: Any) -> None:
    path.write_text(json.dumps(tree, separators=(",", ":"), sort_keys=False), encoding="utf-8")
