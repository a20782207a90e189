"""Hostile servers: cases that the OCR client's tests leave out (compressed answers, unusable keys, redirects)."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable

import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import SecretKeyAuth
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import ContractFault, OutcomeUnknown, Transient
from sealed_ocr.ocr.transport import MAX_RESPONSE_BYTES, Transport

from emulator.faults.kinds import Redirect
from emulator.testing import Emulator
from soak.harness.shared_client import Image
from tests.support.canary import assert_clean, exception_text
from tests.support.polling import PATIENCE
from tests.support.raw_server import Peer, RawServer, http_response

_BOMB = gzip.compress(bytes(64 << 20), 9)
_CREDENTIALS = SecretKeyAuth("app-key-sentinel", "secret-key-sentinel")


def _client(url: str, credentials: SecretKeyAuth = _CREDENTIALS) -> OcrClient:
    return OcrClient(Transport(url, 1), RefreshableCache(lambda: credentials, 300), 30)


def _analyze(client: OcrClient) -> object:
    return client.analyze(Kind.ID_CARD, Image(b"\x89PNG\r\n\x1a\n an image"), time.monotonic() + PATIENCE)


def _verify(client: OcrClient) -> object:
    claim = {"idType": "resident", "name": "sentinel"}
    return client.verify("a-request-key", claim, time.monotonic() + PATIENCE)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_an_answer_that_asks_to_be_unpacked_is_not_unpacked(encoding: str) -> None:
    assert len(_BOMB) < MAX_RESPONSE_BYTES
    packed = http_response(_BOMB, headers=[f"Content-Encoding: {encoding}"])

    def behave(peer: Peer, _: int) -> None:
        peer.request()
        peer.send(packed)

    with RawServer(behave) as server:
        tracemalloc.start()
        response = Transport(server.url, 1).exchange("GET", "/", {}, time.monotonic() + PATIENCE)
        with pytest.raises(Transient, match="no public key") as raised:
            _analyze(_client(server.url))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert response.body == _BOMB
    assert peak < 8 << 20
    assert_clean(exception_text(raised.value), [_CREDENTIALS.app_key, _CREDENTIALS.secret_key])


@pytest.mark.parametrize("call", [_analyze, _verify])
@pytest.mark.parametrize("odd", ["rsa-512", "ec", "no-der", "null"])
def test_with_a_key_that_seals_nothing_not_a_byte_of_an_image_or_a_claim_goes_out(
    odd: str, call: Callable[[OcrClient], object]
) -> None:
    with Emulator() as emulator:
        emulator.publish_key(odd)  # type: ignore[arg-type]  # one of the emulator's own words
        with pytest.raises(ContractFault, match="public key"):
            call(_client(emulator.url, SecretKeyAuth(emulator.app_key, emulator.secret_key)))
        assert emulator.counters().calls == {"public-keys": 1}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("operation", "call", "failure"),
    [
        ("public-keys", _analyze, Transient),
        ("id-card", _analyze, OutcomeUnknown),
        ("id-card/authenticity", _verify, OutcomeUnknown),
    ],
)
def test_another_host_that_a_redirect_names_is_never_called(
    status: int, operation: str, call: Callable[[OcrClient], object], failure: type[Exception]
) -> None:
    with Emulator() as emulator, RawServer(lambda peer, _: peer.request()) as stranger:
        emulator.fault(Redirect(operation=operation, status=status, location=f"{stranger.url}/v2.0/"))  # type: ignore[arg-type]  # of the emulator's words
        with pytest.raises(failure):
            call(_client(emulator.url, SecretKeyAuth(emulator.app_key, emulator.secret_key)))
        assert stranger.connections == 0
        assert emulator.counters().calls[operation] == 1
