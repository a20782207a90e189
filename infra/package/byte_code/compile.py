"""Compiles the modules in ``/package``. ``compile.mjs`` runs it in Python 3.13 and sets ``SOURCES_KEPT``."""

import importlib.util
import json
import os
import py_compile
import warnings
from pathlib import Path

# The magic number of every final release of 3.13 (CPython's Lib/importlib/_bootstrap_external.py).
MAGIC_NUMBER = 3571
PACKAGE = Path("/package")
SOURCES_KEPT = frozenset(json.loads(os.environ["SOURCES_KEPT"]))

if int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little") != MAGIC_NUMBER:
    raise SystemExit("this is not a final release of Python 3.13")
# Warnings about the dependencies' code.
warnings.simplefilter("ignore")
for source in sorted(PACKAGE.rglob("*.py")):
    name = source.relative_to(PACKAGE)
    kept = name.parts[0].removesuffix(".py") in SOURCES_KEPT
    py_compile.compile(
        str(source),
        None if kept else f"{source}c",
        str(name),
        doraise=True,
        # With the source's time in it, the file would differ between builds.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not kept:
        source.unlink()
