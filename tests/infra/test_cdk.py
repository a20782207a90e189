"""``python -m infra.cdk`` does not start a deployment that would stop at a question."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.cdk import asks


@pytest.mark.unit
@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["deploy", "-c", "stage=prod"], {}, True),
        (["deploy", "--require-approval", "never"], {}, False),
        (["deploy", "--require-approval=never"], {}, False),
        (["deploy", "--yes"], {}, False),
        (["deploy"], {"CDK_REQUIRE_APPROVAL": "never"}, False),
        (["diff", "-c", "stage=prod"], {}, False),
        ([], {}, False),
    ],
)
def test_only_a_deployment_without_an_answer_asks(
    arguments: list[str], environment: dict[str, str], expected: bool
) -> None:
    assert asks(arguments, environment) is expected


def test_a_deployment_without_a_terminal_is_refused_before_it_touches_the_account(project: Path) -> None:
    command = [sys.executable, "-m", "infra.cdk", "deploy"]
    # Without PATH and HOME, the command line itself could not even start.
    ended = subprocess.run(
        command, cwd=project, env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr == "cdk deploy asks before it changes permissions: add --require-approval never.\n"
