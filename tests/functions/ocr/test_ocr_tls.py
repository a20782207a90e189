"""A server with an untrusted certificate receives nothing."""

import ssl
import time

import pytest
from sealed_ocr.ocr.errors import ConfigurationFault, Transient
from sealed_ocr.ocr.transport import Transport

from tests.support.canary import assert_clean, exception_text
from tests.support.exchanges import PATH, SECRETS, post
from tests.support.polling import PATIENCE
from tests.support.raw_server import RawServer


class Recorder:
    """The server side of a connection, which records the bytes received after the handshake."""

    def __init__(self) -> None:
        self.received = b""

    def __call__(self, peer, _):
        while chunk := peer.connection.recv(65536):
            self.received += chunk


@pytest.mark.parametrize("flaw", ["unknown authority", "another host", "expired"])
def test_a_server_with_an_untrusted_certificate_receives_nothing(authority, tmp_path, flaw) -> None:
    wrong = {
        "unknown authority": authority.issue("stranger"),
        "another host": authority.issue("elsewhere", address="192.0.2.1"),
        "expired": authority.issue("expired", days=-1),
    }[flaw]
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(wrong.chain, wrong.key)
    client_side = ssl.create_default_context(cafile=None if flaw == "unknown authority" else authority.file)
    recorder = Recorder()
    with RawServer(recorder, server_side) as server:
        transport = Transport(server.url, 1, client_side)
        with pytest.raises(ConfigurationFault, match="certificate") as raised:
            post(transport)
        with pytest.raises(ConfigurationFault, match="certificate"):
            transport.exchange("GET", PATH, {}, time.monotonic() + PATIENCE)
    assert recorder.received == b""
    assert_clean(exception_text(raised.value), SECRETS)


def test_the_system_s_certificate_authorities_are_the_default(authority, served) -> None:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(served.chain, served.key)
    recorder = Recorder()
    with RawServer(recorder, server_side) as server, pytest.raises(ConfigurationFault):
        post(Transport(server.url, 1))
    assert recorder.received == b""


def test_a_server_without_tls_receives_nothing(client_tls) -> None:
    recorder = Recorder()
    with RawServer(recorder) as server, pytest.raises(Transient):
        post(Transport(server.url.replace("http:", "https:"), 1, client_tls), seconds=1)
    assert_clean(recorder.received, [PATH, "SecretKeyCanary"])
