"""Starts ministack and the emulated OCR service, with certificates of one authority."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from emulator.testing import Emulator
from local.processes.aws_clients import ACCOUNT, REGION
from tests.deploy.account import Account
from tests.deploy.report import expect
from tests.support.certificates import Authority, ServerCertificate
from tests.support.polling import until

_MAIN = Path(__file__).with_name("ministack_main.py")


@contextmanager
def emulated_account(tools: Path, handler_python: Path, folder: Path) -> Iterator[Account]:
    """Start both emulators, and stop them at the end of the block.

    Parameters
    ----------
    tools
        The environment with ministack and the AWS CLI.
    handler_python
        The program that runs the handlers' worker script.
    folder
        For certificates and logs.
    """
    authority = Authority(folder)
    certificate = authority.issue("server", hosts=("localhost", f"*.lambda-url.{REGION}.on.aws"))
    http = urllib3.PoolManager(ca_certs=str(authority.file), retries=False, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"https://127.0.0.1:{port}"
    log = folder / "ministack.log"
    with (
        Emulator(tls_cert=str(certificate.chain), tls_key=str(certificate.key)) as ocr,
        log.open("wb") as output,
        subprocess.Popen(
            [str(tools / "bin" / "python"), "-P", str(_MAIN), str(handler_python)],
            env=_environment(port, folder, authority, certificate),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as ministack,
    ):

        def answers() -> bool:
            expect(ministack.poll() is None, "a running ministack", f"it ended; see {log}")
            try:
                return http.request("GET", f"{url}/_ministack/health").status == 200
            except urllib3.exceptions.HTTPError:
                return False

        try:
            until(answers, f"the start of ministack (see {log})")
            yield Account(tools, folder, url, authority.file, _node_authorities(folder, authority), ocr, http)
        finally:
            ministack.kill()


def _node_authorities(folder: Path, authority: Authority) -> Path:
    """Write the authority and the machine's own additions to one file, for Node reads only one."""
    additions = os.environ.get("NODE_EXTRA_CA_CERTS")
    joined = folder / "node-authorities.pem"
    joined.write_bytes(authority.file.read_bytes() + (Path(additions).read_bytes() if additions else b""))
    return joined


def _environment(port: int, folder: Path, authority: Authority, certificate: ServerCertificate) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate.chain),
        "MINISTACK_SSL_KEY": str(certificate.key),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # The handlers inherit these: they trust the certificates of AWS and of the OCR service.
        "AWS_CA_BUNDLE": str(authority.file),
        "NO_PROXY": "127.0.0.1,localhost",
    }
