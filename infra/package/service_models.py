"""botocore's descriptions of AWS, cut down to what the functions call: reading them is half of a cold start.

botocore reads a service's whole model, its prose included, and the endpoints of every service there is, before its
first call. What stays here is the operations named below, the shapes that they reach, and the endpoints of their
services. A call that is not named fails with an AttributeError, so whoever adds one adds it here.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

# What the functions call, by botocore's name of the service.
OPERATIONS = {
    "dynamodb": ("GetItem", "UpdateItem"),
    "kms": ("GenerateMac",),
    "s3": ("GetObject",),
    "secretsmanager": ("GetSecretValue",),
    "sqs": ("ChangeMessageVisibility", "SendMessage"),
}
# endpoints.json speaks of some services by the name in their address.
_ENDPOINT_PREFIXES = frozenset(OPERATIONS)
_GLOBAL = ("partitions.json", "sdk-default-configuration.json", "_retry.json")
_PROSE = frozenset({"documentation", "documentationUrl", "examples"})


def trim(source: Path, target: Path) -> None:
    """Write into ``target`` what the functions need of ``source``, which is a ``botocore/data`` folder."""
    target.mkdir(parents=True)
    for name in _GLOBAL:
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


def _endpoints(everything: dict[str, Any]) -> dict[str, Any]:
    for partition in everything["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in _ENDPOINT_PREFIXES
        }
    return everything


def _model(model: dict[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    # Only these two: botocore asks for the prose of a client's own parameters.
    model["operations"] = {name: _without_prose(model["operations"][name]) for name in operations}
    shapes, reached = _without_prose(model["shapes"]), set[str]()
    wanted = list(_named_shapes(model["operations"]))
    while wanted:
        name = wanted.pop()
        if name not in reached:
            reached.add(name)
            wanted.extend(_named_shapes(shapes[name]))
    model["shapes"] = {name: shape for name, shape in shapes.items() if name in reached}
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


def _without_prose(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if isinstance(node, dict):
        # A structure may have a member of that very name.
        return {
            key: _without_prose(value) for key, value in node.items() if key not in _PROSE or isinstance(value, dict)
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
