"""An emulated AWS account with IAM enforced, and the command lines that people use with it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import urllib3

from emulator.testing import Emulator
from local.processes.aws_clients import REGION
from local.processes.child import ROOT
from tests.deploy.report import Unmet, expect

STACK = "SealedOcr-prod"
# Longer than any command takes, for a busy machine.
_COMMAND_SECONDS = 900


@dataclass(frozen=True)
class User:
    """A user with an access key."""

    name: str
    key_id: str
    secret: str = field(repr=False)


# ministack's own key, for which it checks nothing.
ROOT_USER = User("root", "test", "test")


@dataclass(frozen=True)
class Account:
    """The emulated account, while both emulators run.

    Attributes
    ----------
    tools
        The environment with the AWS CLI.
    folder
        For files of this run.
    url
        The address of all AWS services.
    authority
        The file that verifies the certificates of both emulators.
    node_authorities
        ``authority`` and the machine's own additions. npm and the CDK verify with it. Where a proxy signs
        for the package registry, each of npm's commands spends over a minute on retries without the additions.
    ocr
        The emulated OCR service.
    http
        Connections that trust the authority.
    """

    tools: Path
    folder: Path
    url: str
    authority: Path
    node_authorities: Path
    ocr: Emulator
    http: urllib3.PoolManager

    def environment(self, user: User = ROOT_USER) -> dict[str, str]:
        """Return the variables with which any AWS client works as ``user`` in this account, and in no other."""
        return os.environ | {
            "AWS_ACCESS_KEY_ID": user.key_id,
            "AWS_SECRET_ACCESS_KEY": user.secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.node_authorities),
        }

    def client(self, service: str, user: User = ROOT_USER) -> Any:
        """Return a boto3 client, for what needs no command line."""
        session = boto3.Session(user.key_id, user.secret, region_name=REGION)
        return session.client(service, endpoint_url=self.url, verify=str(self.authority))  # type: ignore[call-overload]

    def run(self, *command: str, user: User = ROOT_USER) -> str:
        """Run a command in the project's folder and return what it prints.

        Raises
        ------
        Unmet
            If it fails.
        """
        done = self.attempt(*command, user=user)
        if done.returncode:
            raise Unmet(f"success of: {_shown(command)}", f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def refused(self, error: str, *command: str, user: User = ROOT_USER) -> None:
        """Run a command and expect that it fails with ``error`` in its output.

        Raises
        ------
        Unmet
            If it succeeds, or fails with something else.
        """
        done = self.attempt(*command, user=user)
        output = done.stdout + done.stderr
        expect(done.returncode and error in output, f"{error} from: {_shown(command)}", f"{done.returncode}, {output}")

    def attempt(self, *command: str, user: User = ROOT_USER) -> subprocess.CompletedProcess[str]:
        """Run a command, which may fail."""
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(user),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )

    def cdk(self, *arguments: str) -> tuple[str, ...]:
        """Return the project's command for the CDK."""
        return (sys.executable, "-m", "infra.cdk", *arguments, "--output", str(self.folder / "cdk.out"))

    def ops(self, *arguments: str) -> tuple[str, ...]:
        """Return the command of an operator's tool. Its machine trusts the OCR service's certificate."""
        trust = f"SSL_CERT_FILE={self.authority}"
        return ("env", trust, sys.executable, "-m", "ops", "--stack", STACK, *arguments)

    def aws(self, *arguments: str) -> tuple[str, ...]:
        """Return a command of the AWS CLI. Without the option, its SQS commands ignore the variable."""
        return (self.tool("aws"), "--endpoint-url", self.url, *arguments)

    def tool(self, name: str) -> str:
        """Return the path of a program in the tools' environment."""
        return str(self.tools / "bin" / name)

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _shown(command: tuple[str, ...]) -> str:
    return " ".join(Path(part).name if part.startswith(str(ROOT)) else part for part in command)
