"""The CDK app: ``python app.py`` writes the template of one stage into ``cdk.out/``; the CDK's CLI deploys it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
# The stack shares settings, kinds and the back-off with the functions.
sys.path.insert(1, str(PROJECT / "functions"))

from sealed_ocr.common.settings import SettingsError  # noqa: E402 -- needs the path above

from infra.synth import synthesise  # noqa: E402 -- needs the path above

if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit("app.py takes no arguments: settings come from cdk.json, CDK_CONTEXT_JSON, or python -m infra.cdk -c")
    try:
        synthesise(PROJECT, Path(os.environ.get("CDK_OUTDIR", PROJECT / "cdk.out")))
    except SettingsError as fault:
        sys.exit(str(fault))
