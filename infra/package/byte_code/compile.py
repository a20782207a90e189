"""Compile what is in ``/package``. Run by ``compile.mjs`` inside Python 3.13, which finds ``SOURCES_KEPT`` set."""

import importlib.util
import json
import os
import py_compile
import warnings
from pathlib import Path

# "Known values" of CPython's Lib/importlib/_bootstrap_external.py: what every final release of 3.13 reads.
MAGIC_NUMBER = 3571
PACKAGE = Path("/package")
SOURCES_KEPT = frozenset(json.loads(os.environ["SOURCES_KEPT"]))

if int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little") != MAGIC_NUMBER:
    raise SystemExit("this is not the final Python 3.13")
# They are the dependencies' own affair.
warnings.simplefilter("ignore")
for source in sorted(PACKAGE.rglob("*.py")):
    name = source.relative_to(PACKAGE)
    kept = name.parts[0].removesuffix(".py") in SOURCES_KEPT
    py_compile.compile(
        str(source),
        None if kept else f"{source}c",
        str(name),
        doraise=True,
        # The file's time and size would make it another file in every package.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not kept:
        source.unlink()
