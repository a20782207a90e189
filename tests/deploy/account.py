"""An emulated AWS account with IAM enforced, the emulated OCR service, and the command lines that people use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import urllib3

from emulator.testing import Emulator
from local.processes.aws_clients import ACCOUNT, REGION
from local.processes.child import ROOT
from tests.deploy.report import Unmet, expect
from tests.support.certificates import Authority
from tests.support.polling import until

STACK = "SealedOcr-prod"
FUNCTION_URLS = f"lambda-url.{REGION}.on.aws"
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


class Account:
    """The emulated account. It lives inside a ``with`` block.

    Parameters
    ----------
    tools
        The environment with ministack and the AWS CLI.
    handler_python
        The program that runs the handlers' worker script.
    folder
        For certificates and logs.
    """

    def __init__(self, tools: Path, handler_python: Path, folder: Path) -> None:
        self._tools, self._handler_python, self.folder = tools, handler_python, folder
        self._processes = ExitStack()
        authority = Authority(folder)
        self.authority = authority.file
        self._certificate = authority.issue("server", hosts=("localhost", f"*.{FUNCTION_URLS}"))
        self._port = _free_port()
        self.url = f"https://127.0.0.1:{self._port}"
        self.log = folder / "ministack.log"
        self.http = urllib3.PoolManager(ca_certs=str(self.authority), retries=False, timeout=60)

    def __enter__(self) -> Self:
        """Start both emulators."""
        chain, key = self._certificate.chain, self._certificate.key
        self.ocr = self._processes.enter_context(Emulator(tls_cert=str(chain), tls_key=str(key)))
        self._ministack = self._start_ministack()
        self._processes.callback(self._ministack.kill)
        until(self._answers, f"the start of ministack (its log is {self.log})")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.close()

    def environment(self, user: User = ROOT_USER) -> dict[str, str]:
        """Return the variables with which any AWS client works as ``user`` in this account, and in no other."""
        return os.environ | {
            "AWS_ACCESS_KEY_ID": user.key_id,
            "AWS_SECRET_ACCESS_KEY": user.secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CA_BUNDLE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
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
        return (str(self._tools / "bin" / "aws"), "--endpoint-url", self.url, *arguments)

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _answers(self) -> bool:
        expect(self._ministack.poll() is None, "a running ministack", f"it ended; see {self.log}")
        try:
            return self.http.request("GET", f"{self.url}/_ministack/health").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _start_ministack(self) -> subprocess.Popen[bytes]:
        settings = {
            "GATEWAY_PORT": str(self._port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "AUTH": "true",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(self._certificate.chain),
            "MINISTACK_SSL_KEY": str(self._certificate.key),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self.folder),
            # The handlers inherit it. They reach AWS and the OCR service with it.
            "AWS_CA_BUNDLE": str(self.authority),
            "NO_PROXY": "127.0.0.1,localhost",
            "PATH": os.environ["PATH"],
        }
        main = Path(__file__).with_name("ministack_main.py")
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [str(self._tools / "bin" / "python"), "-P", str(main), str(self._handler_python)],
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _shown(command: tuple[str, ...]) -> str:
    return " ".join(Path(part).name if part.startswith(str(ROOT)) else part for part in command)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
