"""TLS to AWS: trusted authorities are read once, and one timeout covers a whole attempt."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session
from sealed_ocr.aws.botocore_private import configure_pools
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table
from sealed_ocr.network.connection import CLOCKS, PooledConnection
from sealed_ocr.ocr.errors import ConfigurationFault
from sealed_ocr.ocr.transport import Transport

from local.processes.aws_clients import CREDENTIALS, REGION
from tests.support.canary import assert_clean
from tests.support.certificates import Authority, ServerCertificate
from tests.support.connect_proxy import ConnectProxy
from tests.support.exchanges import post
from tests.support.http_server import HttpServer
from tests.support.polling import PATIENCE
from tests.support.raw_server import RawServer

Serve = Callable[..., str]


class FakeAws(BaseHTTPRequestHandler):
    """An AWS with empty tables that closes the connection after each response."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class SlowFakeAws(FakeAws):
    """An AWS that needs most of a client's timeout for TLS, and as long again for its response."""

    def setup(self) -> None:
        time.sleep(0.7)
        super().setup()

    def do_POST(self) -> None:
        time.sleep(0.7)
        super().do_POST()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(certificate: ServerCertificate, aws: type[FakeAws] = FakeAws) -> str:
            server = HttpServer(("127.0.0.1", 0), aws)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"https://127.0.0.1:{server.server_address[1]}"

        yield start


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Clients]:
    def make(url: str, authorities: Path, **more: Any) -> Clients:
        environment = {"AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": url, "AWS_CA_BUNDLE": str(authorities)}
        for name, value in (CREDENTIALS | environment).items():
            monkeypatch.setenv(name, value)
        return Clients(connections=4, **more)

    return make


MakeClients = Callable[..., Clients]


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:1"])
def test_an_upgrade_of_botocore_keeps_the_private_attributes(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Fail if botocore renames what its clients hold below ``_endpoint.http_session``."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    client: Any = get_session().create_client("sqs", REGION, aws_access_key_id="a", aws_secret_access_key="a")
    configure_pools(client, CLOCKS, timeout=1.5)
    manager = client._endpoint.http_session._get_connection_manager("https://host", proxy or None)
    pool = manager.connection_from_host("host", 1, "https")
    assert (pool.timeout.connect_timeout, pool.timeout.read_timeout) == (1.5, 1.5)
    assert isinstance(pool._new_conn(), PooledConnection)
    assert (pool.proxy is not None) is bool(proxy)


def test_sending_gets_what_connecting_has_left_of_an_attempt() -> None:
    client: Any = get_session().create_client("sqs", REGION, aws_access_key_id="a", aws_secret_access_key="a")
    configure_pools(client, CLOCKS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pool = client._endpoint.http_session._manager.connection_from_host(*listener.getsockname(), "http")
        connection = pool._new_conn()
        connection.timeout = PATIENCE
        connection.connect()
        assert 0 < connection.timeout < PATIENCE
        connection.close()


@pytest.mark.parametrize(("no_proxy", "tunnels"), [("", 2), ("127.0.0.1", 0)])
def test_a_proxy_of_the_environment_is_honoured_with_the_same_limits(
    serve: Serve,
    authority: Authority,
    clients: MakeClients,
    monkeypatch: pytest.MonkeyPatch,
    no_proxy: str,
    tunnels: int,
) -> None:
    proxy = ConnectProxy()
    with RawServer(proxy) as front:
        monkeypatch.setenv("HTTPS_PROXY", front.url)
        monkeypatch.setenv("NO_PROXY", no_proxy)
        url = serve(authority.issue("aws"))
        made = clients(url, authority.file)
        assert Table(made.dynamodb, "documents").read("x") is None
        # The authorities are shared, as without a proxy.
        authority.file.unlink()
        assert Table(made.dynamodb, "documents").read("x") is None
        assert [head.split()[1] for head in proxy.heads] == [url.removeprefix("https://")] * tunnels
        assert_clean(proxy.passed, ["documents", "documentId"])


def test_certificate_authorities_are_read_once_for_all_connections(
    serve: Serve, authority: Authority, clients: MakeClients
) -> None:
    made = clients(serve(authority.issue("aws")), authority.file)
    assert Table(made.dynamodb, "documents").read("x") is None
    authority.file.unlink()
    assert Table(made.dynamodb, "documents").read("x") is None
    assert made.sqs.get_queue_attributes(QueueUrl="https://sqs/q")["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("ocr_first", [False, True])
def test_the_ocr_client_trusts_the_same_authorities_without_reading_them_again(
    serve: Serve, authority: Authority, clients: MakeClients, tmp_path: Path, ocr_first: bool
) -> None:
    made = clients(serve(authority.issue("aws")), authority.file)
    table = Table(made.dynamodb, "documents")
    (tmp_path / "other").mkdir()
    known, stranger = authority.issue("ocr"), Authority(tmp_path / "other").issue("stranger")

    def call_ocr(certificate: ServerCertificate) -> int:
        transport = Transport(serve(certificate), 1, made.tls.context, authorities=made.tls.authorities)
        return int(post(transport).status)

    if ocr_first:
        assert call_ocr(known) == 200
    else:
        assert table.read("x") is None
    authority.file.unlink()
    assert table.read("x") is None
    assert call_ocr(known) == 200
    with pytest.raises(ConfigurationFault, match="certificate"):
        call_ocr(stranger)


def test_concurrent_threads_can_share_the_first_connection(
    serve: Serve, authority: Authority, clients: MakeClients
) -> None:
    table = Table(clients(serve(authority.issue("aws")), authority.file).dynamodb, "documents")
    together, read = threading.Barrier(8), []

    def read_item() -> None:
        together.wait()
        read.append(table.read("x"))

    threads = [threading.Thread(target=read_item) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [None] * 8


def test_a_certificate_of_another_authority_is_not_trusted(
    serve: Serve, authority: Authority, clients: MakeClients, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    made = clients(serve(authority.issue("aws")), Authority(tmp_path / "other").file)
    for _ in range(2):
        with pytest.raises(AwsError, match="SSLError"):
            Table(made.dynamodb, "documents").read("x")


@pytest.mark.parametrize(("address", "days"), [("127.0.0.2", 1), ("127.0.0.1", -1)], ids=["other host", "expired"])
def test_a_certificate_for_another_host_or_an_expired_one_is_refused(
    serve: Serve, authority: Authority, clients: MakeClients, address: str, days: int
) -> None:
    made = clients(serve(authority.issue("aws", address=address, days=days)), authority.file)
    with pytest.raises(AwsError, match="SSLError"):
        Table(made.dynamodb, "documents").read("x")


def test_connection_tls_and_response_share_an_attempt_s_timeout(
    serve: Serve, authority: Authority, clients: MakeClients
) -> None:
    url = serve(authority.issue("aws"), SlowFakeAws)
    patient = clients(url, authority.file, attempt_seconds=PATIENCE, attempts=1)
    assert Table(patient.dynamodb, "documents").read("x") is None
    impatient = clients(url, authority.file, attempt_seconds=1, attempts=1)
    with pytest.raises(AwsError, match="ReadTimeoutError"):
        Table(impatient.dynamodb, "documents").read("x")
