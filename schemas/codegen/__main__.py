"""Generates types from the schemas with four generators, compiles them, and validates the examples with Ajv.

``make schemas-test`` runs it. It fails if a member has no type, a compiler or Ajv refuses anything, or the types in
``examples/`` differ from the generated ones; ``--write`` writes those.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from schemas.codegen.untyped import Members, go_members, python_members
from workstation.npm import NODE, install_packages

HERE = Path(__file__).resolve().parent
SCHEMAS, ROOT = HERE.parent, HERE.parent.parent
MESSAGES, API = SCHEMAS / "message.v1.json", SCHEMAS / "verification.openapi.json"
BUILD = ROOT / "build" / "codegen"
MODULES = HERE / "node_modules"
TYPESCRIPT = ROOT / "examples" / "typescript"

# The types that the examples take: generated file, and its place there.
EXAMPLES = {
    BUILD / "message_types.py": ROOT / "examples" / "message_types.py",
    BUILD / "message-types.ts": TYPESCRIPT / "message-types.ts",
    BUILD / "verification-api.ts": TYPESCRIPT / "verification-api.ts",
}
_HEADER = "Generated from the schemas of Sealed OCR by `make schemas-test ARGS=--write`. Do not edit."
_PYDANTIC = [
    "--output-model-type=pydantic_v2.BaseModel",
    "--target-python-version=3.11",
    "--use-annotated",
    "--use-title-as-name",
    "--disable-timestamp",
    "--formatters=builtin",
]
_TSC = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2022"]


def main() -> None:
    """Run everything; exit with a sentence for whatever is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--tools", type=Path, default=ROOT / ".venv" / "codegen", help="the environment with requirements.txt"
    )
    parser.add_argument("--write", action="store_true", help="write the types into examples/")
    parser.add_argument(
        "--install",
        action="store_true",
        help="only install what npm brings: the generators, and the example's packages",
    )
    options = parser.parse_args()
    if options.install:
        install_packages(HERE)
        install_packages(TYPESCRIPT)
        return
    shutil.rmtree(BUILD, ignore_errors=True)
    (BUILD / "go").mkdir(parents=True)
    failures = [failure for check in (_generate, _validate) for failure in check(options.tools)]
    for generated, committed in EXAMPLES.items():
        if options.write:
            committed.write_bytes(generated.read_bytes())
        elif committed.read_bytes() != generated.read_bytes():
            failures.append(f"{committed.relative_to(ROOT)} is not current: make schemas-test ARGS=--write")
    if failures:
        sys.exit("\n".join(failures))


def _generate(tools: Path) -> Iterator[str]:
    """Run each generator and the compiler of its language; yield what is wrong."""
    typed = 0
    generators = _generators(tools / "bin")
    for name, (generate, count) in generators.items():
        generate()
        members = count()
        print(f"{name}: {members.members} members, {len(members.untyped)} without a type")  # noqa: T201 - the report
        typed += not members.untyped
        if members.untyped or not members.members:
            yield f"{name} gives no type for {', '.join(members.untyped) or 'anything'}"
    print(f"{typed} of {len(generators)} generators give every member a type")  # noqa: T201 - the report


def _generators(tools: Path) -> dict[str, tuple[Callable[[], None], Callable[[], Members]]]:
    python = [BUILD / "message_types.py", BUILD / "verification_types.py"]
    messages_ts, api_ts, go = BUILD / "message-types.ts", BUILD / "verification-api.ts", BUILD / "go" / "message.go"

    def datamodel_code_generator() -> None:
        for source, form, target in zip((MESSAGES, API), ("jsonschema", "openapi"), python, strict=True):
            named = [f"--input={source}", f"--input-file-type={form}", f"--custom-file-header=# {_HEADER}"]
            _run(tools / "datamodel-codegen", *_PYDANTIC, *named, f"--output={target}")
        _run(sys.executable, "-m", "mypy", "--strict", "--config-file=", *python)

    def json_schema_to_typescript() -> None:
        options = ["--additionalProperties=false", f"--bannerComment=// {_HEADER}"]
        _node("json-schema-to-typescript/dist/src/cli.js", "-i", MESSAGES, "-o", messages_ts, *options)
        _node("typescript/bin/tsc", *_TSC, messages_ts)

    def openapi_typescript() -> None:
        _node("openapi-typescript/bin/cli.js", API, "-o", api_ts)
        api_ts.write_text(f"// {_HEADER}\n{api_ts.read_text()}")
        _node("typescript/bin/tsc", *_TSC, api_ts)

    def quicktype() -> None:
        target: list[str | Path] = ["--lang", "go", "--package", "messages", "--top-level", "Message", "-o", go]
        _node("quicktype/dist/index.js", "-s", "schema", *target, MESSAGES)
        (go.parent / "go.mod").write_text("module messages\n\ngo 1.27\n")
        _run(tools / "go", "build", "./...", cwd=go.parent)

    def typescript_members(path: Path) -> Callable[[], Members]:
        return lambda: Members(**json.loads(_run(NODE, HERE / "members.mjs", path)))

    return {
        "datamodel-code-generator": (
            datamodel_code_generator,
            lambda: python_members(*(path.read_text() for path in python)),
        ),
        "json-schema-to-typescript": (json_schema_to_typescript, typescript_members(messages_ts)),
        "openapi-typescript": (openapi_typescript, typescript_members(api_ts)),
        "quicktype": (quicktype, lambda: go_members(go.read_text())),
    }


def _validate(_: Path) -> Iterator[str]:
    """Validate every example with Ajv in strict mode; yield what it refuses."""
    found: dict[str, Any] = json.loads(_run(NODE, HERE / "validate.mjs", SCHEMAS))
    print(f"Ajv (strict): {found['validated']} examples, {len(found['failures'])} refused")  # noqa: T201 - the report
    yield from found["failures"]


def _node(script: str, *arguments: str | Path) -> None:
    _run(NODE, MODULES / script, *arguments)


def _run(*command: str | Path, cwd: Path = BUILD) -> str:
    # GOPROXY: the generated module has no requirements, and nothing may be downloaded.
    environment = os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "NO_COLOR": "1"}
    ended = subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if ended.returncode:
        sys.exit(f"{Path(command[0]).name} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


if __name__ == "__main__":
    main()
