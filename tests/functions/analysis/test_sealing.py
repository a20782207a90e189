"""With public keys of the consumer, nobody but the holder of the private key reads a message.

Messages are opened by jwcrypto, which shares no code with the library that seals them. After each test, the audit
searches the messages too, as they were on the queue.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator
from sealed_ocr.analysis import messages
from sealed_ocr.analysis.encoding import MessageEncoder, PlainEncoder, message_encoder
from sealed_ocr.analysis.queue_message import QueueMessage, encode
from sealed_ocr.analysis.sealing import Sealer
from sealed_ocr.aws.queues import MAX_MESSAGE_BYTES
from sealed_ocr.ocr.errors import ConfigurationFault

from emulator.faults.kinds import NotJson
from emulator.testing import Emulator
from local.processes.child import ROOT
from schemas.message_schemas import sealed_schema
from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.analyze_parts import Parts
from tests.support.clock import Clock
from tests.support.consumer_keys import ec_key, jwk_set, public, rsa_key
from tests.support.documents import CORRELATION_ID, NAME, draw
from tests.support.large_results import grow_results
from tests.support.proxy import Proxy
from tests.support.sealing import header, large_message, message, open_with_jwcrypto, rejection
from tests.support.stage import Stage

Make = Callable[..., Parts]
Counted = Callable[[], dict[str, float]]
KEYS = {"RSA-OAEP-256": rsa_key("rsa-1"), "ECDH-ES+A256KW": ec_key("ec-1")}
SCHEMA = Draft202012Validator(sealed_schema())
NOW = 1_795_000_000


@pytest.fixture
def sealed(make: Make, stage: Stage, request: pytest.FixtureRequest) -> Parts:
    """The function's parts, which seal to a key that the stage holds. The parameter is its algorithm."""
    key = KEYS[getattr(request, "param", "ECDH-ES+A256KW")]
    stage.open = lambda body: open_with_jwcrypto(body, key)
    return make(encoder=message_encoder(jwk_set(public(key))))


both = pytest.mark.parametrize("sealed", KEYS, indirect=True)


@pytest.mark.parametrize("algorithm", KEYS)
def test_another_implementation_opens_the_whole_message(algorithm: str) -> None:
    encoder = message_encoder(jwk_set(public(KEYS[algorithm])))
    bodies = [encoder.encode(message()).body for _ in range(2)]
    assert [open_with_jwcrypto(body, KEYS[algorithm]) for body in bodies] == [encode(message())] * 2
    # A fresh key and a fresh nonce for each.
    assert len({part for body in bodies for part in json.loads(body)["data"]["sealed"].split(".")[1:]}) == 8
    found = header(bodies[0])
    found.pop("epk", None)
    kid = KEYS[algorithm]["kid"]
    assert found == {"alg": algorithm, "enc": "A256GCM", "kid": kid, "cty": "cloudevents+json"}


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_changed_message_is_not_open_with_jwcrypto(algorithm: str) -> None:
    from jwcrypto.jwe import InvalidJWEData

    event = json.loads(message_encoder(jwk_set(public(KEYS[algorithm]))).encode(message()).body)
    parts = event["data"]["sealed"].split(".")
    for number, part in enumerate(parts):
        changed = [*parts[:number], ("B" if part[9] == "A" else "A").join((part[:9], part[10:])), *parts[number + 1 :]]
        event["data"]["sealed"] = ".".join(changed)
        with pytest.raises((InvalidJWEData, ValueError)):
            open_with_jwcrypto(json.dumps(event), KEYS[algorithm])


def test_only_what_routing_needs_stays_readable() -> None:
    rejected = rejection("ocr-rejected", 4000121)
    body = json.loads(message_encoder(jwk_set(public(KEYS["RSA-OAEP-256"]))).encode(rejected).body)
    assert body["data"].pop("sealed")
    assert body == {
        "specversion": "1.0",
        "id": "0" * 32,
        "source": "arn:b",
        "time": "2026-11-18T11:06:40.000Z",
        "datacontenttype": "application/json",
        "type": "sealed-ocr.document.sealed.v1",
        "data": {
            "document": {"documentId": "0" * 32, "kind": "id-card"},
            "outcome": "rejected",
            "code": "ocr-rejected",
            "resultCode": 4000121,
        },
    }


@both
def test_messages_are_sealed_and_their_attributes_stay(sealed: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw("credit-card"), f"credit-card/{NAME}.png"))
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    stage.announce(stage.upload(b"no image", f"id-card/{NAME}.jpg"))
    stage.announce(stage.upload(b"x", f"elsewhere/{NAME}.png"))
    assert sealed.deliver() == []
    assert len(stage.collect()) == 4
    found = {}
    for sent, event in zip(stage.sealed_messages, stage.results, strict=True):
        outer = json.loads(sent["Body"])
        SCHEMA.validate(outer)
        assert outer["id"] == event["id"] == outer["data"]["document"]["documentId"]
        attributes = {name: value["StringValue"] for name, value in sent["MessageAttributes"].items()}
        assert attributes == {"type": event["type"], "kind": event["data"]["document"]["kind"] or "unknown"}
        found[event["subject"]] = (outer["data"]["outcome"], outer["data"].get("code"))
        # What was not opened has no metadata.
        assert event.get("correlationid") == (None if event["subject"].startswith("elsewhere") else CORRELATION_ID)
    assert found == {
        f"credit-card/{NAME}.png": ("analyzed", None),
        f"id-card/{NAME}.png": ("analyzed", None),
        f"id-card/{NAME}.jpg": ("rejected", "image-type-unsupported"),
        f"elsewhere/{NAME}.png": ("rejected", "unknown-document-kind"),
    }


def test_a_delayed_message_is_sealed(sealed: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    assert len(sealed.deliver()) == 1
    stage.show_hidden()
    assert sealed.deliver() == []
    assert stage.collect() == []
    (event,), (sent,) = stage.delays, stage.sealed_messages
    outer = json.loads(sent["Body"])
    SCHEMA.validate(outer)
    assert (outer["data"]["outcome"], outer["data"]["code"]) == ("delayed", "unknown-outcome")
    assert outer["id"] == event["id"] == f"{event['data']['document']['documentId']}-delayed"
    assert event["subject"] == f"id-card/{NAME}.png"


def test_a_message_may_be_as_large_as_its_sealed_form_fits(
    make: Make, stage: Stage, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    key = KEYS["ECDH-ES+A256KW"]
    encoder = message_encoder(jwk_set(public(key)))
    # Base64 makes three bytes four: it fits in the clear, and not sealed.
    large = message({"more": "x" * 800_000})
    assert len(encode(large)) < MAX_MESSAGE_BYTES < len(encoder.encode(large).body)
    fits = large_message()
    assert len(encoder.encode(fits).body) <= MAX_MESSAGE_BYTES
    assert open_with_jwcrypto(encoder.encode(fits).body, key) == encode(fits)
    grow_results(ocr_proxy, "id-card")
    stage.open = lambda body: open_with_jwcrypto(body, key)
    parts = make(ocr_proxy.url, encoder=encoder)
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["data"]["rejection"]["code"] == "result-too-large"
    assert emulator.counters().paid.total == 1


def test_the_first_key_that_has_not_expired_seals() -> None:
    clock = Clock()
    now = int(clock())
    first, second = rsa_key("first"), ec_key("second")
    encoder = Sealer(jwk_set(public(first, exp=now + 100), public(second, exp=now + 200)), clock)
    for ahead, kid in ((0, "first"), (101, "second")):
        clock.ahead = ahead
        encoder.require_ready()
        assert header(encoder.encode(message()).body)["kid"] == kid
    clock.ahead = 201
    with pytest.raises(ConfigurationFault, match=r"every key of consumerPublicKeys has expired, the last one at 20.*Z"):
        encoder.require_ready()
    # What was paid for meanwhile is not lost, and not sent in the clear.
    body = encoder.encode(message()).body
    assert open_with_jwcrypto(body, first, second) == encode(message())
    assert header(body)["kid"] == "second"


def test_nothing_is_called_or_sent_when_every_key_has_expired(
    make: Make, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    key = KEYS["ECDH-ES+A256KW"]
    stage.open = lambda body: open_with_jwcrypto(body, key)
    parts = make(encoder=message_encoder(jwk_set(public(key, exp=NOW - 10**8))))
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    stage.announce(stage.upload(b"no image", f"id-card/{NAME}.jpg"))
    assert len(parts.deliver()) == 2
    assert {(item["state"], item["attempts"], item["reason"]) for item in stage.items(stage.documents)} == {
        ("free", "0", "ConfigurationFault")
    }
    assert (stage.collect(), emulator.counters().calls) == ([], {})
    assert not proxy.made("SendMessage")
    faults = [line for line in parts.logged() if line["event"] == "configuration.error"]
    assert len(faults) == 2
    assert all(line["fault"].startswith("every key of consumerPublicKeys has expired, ") for line in faults)
    # With another key the documents run.
    renewed = make(encoder=message_encoder(jwk_set(public(key))))
    stage.show_hidden()
    assert renewed.deliver() == []
    assert len(stage.collect()) == 2


def test_a_document_whose_key_expires_during_its_call_is_sent_sealed(
    make: Make, stage: Stage, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    key, clock = KEYS["ECDH-ES+A256KW"], Clock()
    stage.open = lambda body: open_with_jwcrypto(body, key)
    encoder = Sealer(jwk_set(public(key, exp=int(clock()) + 1000)), clock)

    def expire() -> None:
        clock.ahead = 2000

    ocr_proxy.fault("Ocr", "pass", where=lambda call: call.resource == "id-card", first=expire)
    parts = make(ocr_proxy.url, encoder=encoder)
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    assert parts.deliver() == []
    assert [event["type"] for event in stage.collect()] == ["sealed-ocr.document.analyzed.v1"]
    assert emulator.counters().paid.total == 1


def test_a_failure_to_seal_is_paid_at_most_twice_and_sends_nothing_in_the_clear(
    make: Make, stage: Stage, emulator: Emulator
) -> None:
    class Broken:
        def require_ready(self) -> None:
            pass

        def encode(self, message: messages.Message) -> QueueMessage:
            raise ValueError(f"a text that may hold anything: {encode(message)}")

    parts = make(encoder=Broken())
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    for _ in range(4):
        parts.deliver()
        stage.show_hidden()
    assert emulator.counters().paid.total == 2
    assert (stage.collect(), stage.delays) == ([], [])


def test_a_function_seals_what_its_environment_says(
    start: Callable[..., AnalyzeProcess], stage: Stage, ocr_proxy: Proxy
) -> None:
    key = KEYS["RSA-OAEP-256"]
    stage.open = lambda body: open_with_jwcrypto(body, key)
    function = start(settings=settings(stage, ocr_proxy.url) | {"CONSUMER_PUBLIC_KEYS": jwk_set(public(key))})
    stage.announce(stage.upload(draw("driver"), f"id-card/{NAME}.png"))
    assert function.deliver()[1] == 0
    (event,) = stage.collect()
    assert event["data"]["result"]["idType"] == "driver"
    assert event["data"]["verification"]["request"]["idType"] == "driver"


@pytest.mark.unit
def test_without_keys_messages_are_in_the_clear_and_nothing_is_loaded() -> None:
    encoder: MessageEncoder = message_encoder("")
    assert isinstance(encoder, PlainEncoder)
    assert encoder.encode(message()).body == encode(message())
    program = (
        "import sys, sealed_ocr.analysis.analyzer, sealed_ocr.analysis.batch, sealed_ocr.runtime.settings\n"
        "from sealed_ocr.analysis.encoding import message_encoder\n"
        "message_encoder('')\n"
        "unwanted = {'joserfc', 'sealed_ocr.analysis.sealing', 'sealed_ocr.analysis.sealed_message',"
        " 'sealed_ocr.common.consumer_keys'}\n"
        "assert not unwanted & sys.modules.keys(), unwanted & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT / "functions")}, check=True)
