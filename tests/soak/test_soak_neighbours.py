"""Hostile neighbours: what tests/contract does not already try (certificates, redirects, endless answers, odd keys)."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import OcrError
from sealed_ocr.ocr.transport import ANSWER_BYTES, Transport
from sealed_ocr.renewal import Renewed

from emulator.testing import Emulator
from tests.contract.raw_server import Peer, RawServer, answer

_BOMB = gzip.compress(bytes(64 << 20), 9)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_an_answer_that_asks_to_be_unpacked_is_not_unpacked(encoding: str) -> None:
    assert len(_BOMB) < ANSWER_BYTES
    packed = answer(_BOMB, headers=[f"Content-Encoding: {encoding}"])

    def behave(peer: Peer, _: int) -> None:
        peer.request()
        peer.send(packed)

    with RawServer(behave) as server:
        transport = Transport(server.url, 1)
        tracemalloc.start()
        answered = transport.exchange("GET", "/", {}, time.monotonic() + 20)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert answered.body == _BOMB
    assert peak < 8 << 20


@pytest.mark.parametrize("odd", ["rsa-512", "ec", "no-der", "null"])
def test_with_a_key_that_seals_nothing_not_a_byte_of_an_image_or_a_claim_goes_out(odd: str) -> None:
    with Emulator() as emulator:
        emulator.publish_key(odd)  # type: ignore[arg-type]  # one of the emulator's own words
        credentials = Credentials(emulator.app_key, emulator.secret_key)
        client = OcrClient(Transport(emulator.url, 1), Renewed(lambda: credentials, 300), 5)
        with pytest.raises(OcrError):
            client.verify("a-request-key", {"idType": "resident", "name": "sentinel"}, time.monotonic() + 20)
        assert emulator.counters().calls == {"public-keys": 1}
