"""Write what consumers build against, out of the code's own types and tables: ``python schemas/generate.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Run as a script, only this folder is known; what it describes lies elsewhere.
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "functions")]

from schemas.example_files import read  # noqa: E402 - needs the path above
from schemas.message_schemas import analyzed, rejected  # noqa: E402 - needs the path above
from schemas.messages_page import PAGE, filled  # noqa: E402 - needs the path above
from schemas.verification_api import description  # noqa: E402 - needs the path above


def files() -> dict[str, str]:
    """Return the content of every file by its name."""
    trees: dict[str, dict[str, Any]] = {
        "document.analyzed.v1.json": analyzed() | {"examples": [read("credit-card"), read("resident")]},
        "document.rejected.v1.json": rejected() | {"examples": [read("rejected")]},
        "verification.openapi.json": description(),
    }
    return {name: json.dumps(tree, indent=2, ensure_ascii=False) + "\n" for name, tree in trees.items()}


def main() -> None:
    """Write the files beside this module, and the examples into the page for consumers."""
    for name, content in files().items():
        (HERE / name).write_text(content, encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
