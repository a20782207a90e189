"""Every server that listens on a developer's machine, by the file that makes it listen."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import upload_page
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from upload_signer import UploadSigner

from emulator.domain.key_pairs import new_private_key
from emulator.testing import Emulator
from local.console.guard import TOKEN_HEADER
from local.lambda_runtime.function_url import FunctionUrlServer
from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.runtime_api import RuntimeApi
from local.processes.aws_clients import AwsClients
from local.processes.child import Child
from tests.local.console.console_client import ConsoleClient, FakePipeline
from tests.support.certificates import Authority
from tests.support.proxy import Proxy

# Base classes, whose subclasses are in the other lists.
BASES = {"tests/support/http_server.py", "workstation/http_server.py"}
# They listen and answer nothing that a page could use.
HARMLESS = {
    "bench/starts/measure.py": "reads one byte and answers nothing",
    "local/lambda_runtime/runtime_api.py": "starts local/lambda_runtime/runtime_server.py",
    "tests/support/relay.py": "passes bytes on to a server of this list",
    "tests/support/raw_server.py": "a test's hostile OCR service, which answers bytes that the test chooses",
}


@dataclass
class LocalServer:
    """A running server, and a request that its programs send.

    Attributes
    ----------
    method, path, headers, status
        The request, and the status with which it is answered. The headers of a page's server hold its token alone.
    serves_page
        Whether the server has a page of its own.
    """

    url: str
    method: str
    path: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    serves_page: bool = False


# moto answers it with the same whatever other tests left there.
_MOTO_PATH = "/moto-api/config"


@contextmanager
def _emulated_aws(_folder: Path, moto_url: str) -> Iterator[LocalServer]:
    yield LocalServer(moto_url, "GET", _MOTO_PATH, 201)


@contextmanager
def _proxy(_folder: Path, moto_url: str) -> Iterator[LocalServer]:
    with Proxy(moto_url) as proxy:
        yield LocalServer(proxy.url, "GET", _MOTO_PATH, 201)


@contextmanager
def _emulator(_folder: Path, _moto_url: str) -> Iterator[LocalServer]:
    with Emulator() as emulator:
        yield LocalServer(emulator.url, "GET", "/_emulator/counters", 200)


@contextmanager
def _console(folder: Path, moto_url: str) -> Iterator[LocalServer]:
    with (
        Emulator() as emulator,
        ConsoleClient(FakePipeline(AwsClients(moto_url), emulator), folder) as client,
    ):
        yield LocalServer(client.origin, "GET", "/api/about", 200, {TOKEN_HEADER: client.token}, serves_page=True)


@contextmanager
def _upload_page(_folder: Path, moto_url: str) -> Iterator[LocalServer]:
    with upload_page.UploadPage(UploadSigner(AwsClients(moto_url).s3, "images")) as page:
        threading.Thread(target=page.serve_forever, args=(0.02,), daemon=True).start()
        yield LocalServer(page.origin, "POST", "/sign", 400, {upload_page.TOKEN_HEADER: page.token}, serves_page=True)
        page.shutdown()


@contextmanager
def _function_url(_folder: Path, _moto_url: str) -> Iterator[LocalServer]:
    server = FunctionUrlServer()
    server.serve(lambda _event: InvocationResult(json.dumps({"statusCode": 404}).encode()))
    try:
        yield LocalServer(server.url.rstrip("/"), "POST", "/documents/x/authenticity", 404)
    finally:
        server.close()


@contextmanager
def _runtime_api(_folder: Path, _moto_url: str) -> Iterator[LocalServer]:
    api = RuntimeApi()
    try:
        yield LocalServer(f"http://{api.address}", "POST", "/2018-06-01/runtime/init/error", 202)
    finally:
        api.close()


@contextmanager
def _benchmark_server(folder: Path, path: str, *command: str) -> Iterator[LocalServer]:
    child = Child.start_server(folder, *command)
    try:
        yield LocalServer(child.announcement()["url"], "GET", path, 200)
    finally:
        child.kill()


def _benchmark_aws(folder: Path, _moto_url: str) -> AbstractContextManager[LocalServer]:
    return _benchmark_server(folder, "/calls", "bench.services.aws_server")


def _benchmark_ocr(folder: Path, _moto_url: str) -> AbstractContextManager[LocalServer]:
    certificate, key = Authority(folder).issue("ocr"), folder / "sealing.pem"
    key.write_bytes(new_private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files: list[Any] = [certificate.chain, certificate.key, key]
    return _benchmark_server(folder, "/barrier/1", "bench.services.ocr_server", *map(str, files))


# Each starts a server, given a folder for its files and the URL of an emulated AWS.
SERVERS: dict[str, Callable[[Path, str], AbstractContextManager[LocalServer]]] = {
    "bench/services/aws_server.py": _benchmark_aws,
    "bench/services/ocr_server.py": _benchmark_ocr,
    "emulator/api/server.py": _emulator,
    "examples/upload_page.py": _upload_page,
    "local/console/server.py": _console,
    "local/lambda_runtime/function_url.py": _function_url,
    "local/lambda_runtime/runtime_server.py": _runtime_api,
    "local/processes/moto_server.py": _emulated_aws,
    "tests/support/proxy.py": _proxy,
}
