"""The fields that the guide marks are sealed in a claim ("Verify Authenticity API", [Field])."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sealed_ocr.aws.secret import read_secret
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.auth import Authenticator, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.transport import Response, Transport

from emulator.specimens import DocumentKind
from tests.support.verification_world import CALL_SECONDS, VerifierUnderTest, World

PLAIN: dict[DocumentKind, set[str]] = {
    "resident": {"idType"},
    "driver": {"idType"},
    "passport": {"idType", "expirationDate"},
}


class RecordingTransport(Transport):
    """The real transport, which also records each request."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint, 2)
        self.headers: list[dict[str, str]] = []
        self.claims: list[dict[str, Any]] = []

    def exchange(self, method: str, path: str, headers: Any, deadline: float, body: Body | None = None) -> Response:
        if body is not None:
            self.headers.append(dict(headers))
            content = b"".join(body.pieces)
            assert len(content) == body.length
            self.claims.append(json.loads(content))
            body = Body(body.content_type, body.length, [content])
        return super().exchange(method, path, headers, deadline, body)


@pytest.fixture
def transport(world: World) -> RecordingTransport:
    return RecordingTransport(world.emulator.url)


@pytest.fixture
def verifier(world: World, transport: RecordingTransport) -> VerifierUnderTest:
    def authenticator() -> Authenticator:
        secret = parse_secret(read_secret(world.aws.secrets, world.secret_arn))
        assert isinstance(secret, SecretKeyAuth)
        return secret

    return VerifierUnderTest(world, ocr=OcrClient(transport, RefreshableCache(authenticator, 300), CALL_SECONDS))


@pytest.mark.parametrize("document", PLAIN)
def test_only_the_marked_fields_are_sealed(
    world: World, verifier: VerifierUnderTest, transport: RecordingTransport, document: DocumentKind
) -> None:
    card = world.card(document)
    assert verifier.verify(card).verdict is True
    [sent] = transport.claims
    assert sent.keys() == card.claim.keys()
    assert {name for name in sent if sent[name] == card.claim[name]} == PLAIN[document]
    for name in sent.keys() - PLAIN[document]:
        sealed = base64.b64decode(sent[name], validate=True)
        assert len(sealed) > 0
        assert len(sealed) % 16 == 0
        assert card.claim[name].encode() not in sealed
    assert transport.headers[0]["Request-Key"] == card.request_key.removeprefix("v2.0 ")


def test_a_claim_without_serial_number_is_sent_without_it(
    world: World, verifier: VerifierUnderTest, transport: RecordingTransport
) -> None:
    card = world.card("driver")
    claim = {name: value for name, value in card.claim.items() if name != "serialNum"}
    assert verifier.verify(card, claim).verdict is True
    assert "serialNum" not in transport.claims[0]


def test_every_request_has_its_own_envelope(
    world: World, verifier: VerifierUnderTest, transport: RecordingTransport
) -> None:
    for _ in range(3):
        assert verifier.verify(world.card()).verdict is True
    assert len({headers["Symmetric-Key"] for headers in transport.headers}) == 3
    assert len({sent["name"] for sent in transport.claims}) == 3
    assert world.emulator.counters().repeated_symmetric_keys == 0
