"""Generates the schemas for consumers from the code's types and tables: ``python schemas/generate.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# A script has only its own folder on the path.
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "functions")]

from schemas import advice_page  # noqa: E402 - needs the path above
from schemas.example_files import read_example  # noqa: E402 - needs the path above
from schemas.message_schemas import (  # noqa: E402 - needs the path above
    analyzed_schema,
    delayed_schema,
    erased_schema,
    message_schema,
    rejected_schema,
    sealed_schema,
)
from schemas.messages_page import PAGE, fill_examples  # noqa: E402 - needs the path above
from schemas.verification_api import openapi_document  # noqa: E402 - needs the path above


def generated_files() -> dict[str, str]:
    """Return the content of each generated file by its name."""
    trees: dict[str, dict[str, Any]] = {
        "document.analyzed.v1.json": analyzed_schema()
        | {"examples": [read_example("credit-card"), read_example("resident")]},
        "document.rejected.v1.json": rejected_schema() | {"examples": [read_example("rejected")]},
        "document.delayed.v1.json": delayed_schema() | {"examples": [read_example("delayed")]},
        "document.sealed.v1.json": sealed_schema() | {"examples": [read_example("sealed")]},
        "document.erased.v1.json": erased_schema() | {"examples": [read_example("erased")]},
        "message.v1.json": message_schema(),
        "verification.openapi.json": openapi_document(),
        "advice.json": advice_page.advice_file(),
    }
    return {name: json.dumps(tree, indent=2, ensure_ascii=False) + "\n" for name, tree in trees.items()}


def main() -> None:
    """Write the files into this folder, the examples into docs/messages.md and the tables into docs/advice.md."""
    for name, content in generated_files().items():
        (HERE / name).write_text(content, encoding="utf-8")
    for page, fill in ((PAGE, fill_examples), (advice_page.PAGE, advice_page.fill_tables)):
        page.write_text(fill(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
