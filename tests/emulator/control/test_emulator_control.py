"""Counters, rotations, malformed keys, credentials, clock, journal and reset."""

import base64
import hashlib
import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emulator.faults import kinds
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.claims import RESIDENT
from tests.emulator.images import picture, specimen

IMAGE = specimen("credit-card")
ID_CARD = specimen("resident")


def test_the_counters(caller, emulator) -> None:
    for _ in range(2):
        caller.analyze("credit-card", IMAGE)
    caller.analyze("credit-card", picture())
    request_key = caller.request_key(ID_CARD)
    caller.verify(request_key, RESIDENT)
    caller.verify(request_key, RESIDENT)
    counts = emulator.counters()
    assert counts.calls == {"public-keys": 6, "credit-card": 3, "id-card": 1, "id-card/authenticity": 2}
    assert counts.public_key_fetches == {"credit-card": 3, "id-card": 3}
    assert counts.answers == {
        "public-keys": {"0": 6},
        "credit-card": {"0": 2, "4000111": 1},
        "id-card": {"0": 1},
        "id-card/authenticity": {"0": 1, "4000122": 1},
    }
    card, id_card = (hashlib.sha256(image).hexdigest() for image in (IMAGE, ID_CARD))
    assert (counts.paid.total, counts.paid.max_per_image) == (3, 2)
    assert counts.paid.by_image == {card: 2, id_card: 1}
    assert counts.verdicts == {hashlib.sha256(request_key.encode()).hexdigest(): 1}
    assert counts.repeated_symmetric_keys == 0
    emulator.reset_counters()
    assert emulator.counters().calls == {}


def test_a_repeated_symmetric_key_is_counted(caller, emulator) -> None:
    once, twice = (caller.sealed_image("credit-card", IMAGE) for _ in range(2))
    for sealed in (once, twice, twice):
        assert caller.post("credit-card", sealed).code == 0
    assert emulator.counters().repeated_symmetric_keys == 1
    assert emulator.symmetric_keys() == {
        hashlib.sha256(sealed.key).hexdigest(): times for sealed, times in ((once, 1), (twice, 2))
    }


def test_the_counters_contain_no_keys(caller, emulator) -> None:
    sealed = caller.sealed_image("id-card", ID_CARD)
    response = caller.post("id-card", sealed)
    shown = json.dumps(emulator.counters().raw)
    for secret in (
        response.headers["Request-Key"],
        sealed.key.hex(),
        sealed.headers["Symmetric-Key"],
        caller.secret_key,
    ):
        assert secret not in shown


def test_a_rotation_invalidates_the_previous_key(caller, emulator) -> None:
    sealed, other = (caller.sealed_image(name, IMAGE) for name in ("credit-card", "id-card"))
    old = caller.public_key("credit-card")
    emulator.rotate("credit-card")
    assert caller.post("credit-card", sealed).code == 4000301
    new = caller.public_key("credit-card")
    assert int(new["version"]) == int(old["version"]) + 1
    assert new["key"] != old["key"]
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    sealed.headers["X-Key-Version"] = new["version"]
    assert caller.post("credit-card", sealed).code == 4000302
    assert caller.post("id-card", other).code == 4000121  # its own key is still valid


def test_a_rotation_after_some_calls(caller, emulator) -> None:
    emulator.rotate("credit-card", after=2)
    sealed = [caller.sealed_image("credit-card", IMAGE) for _ in range(4)]
    assert caller.analyze("id-card", ID_CARD)[0].code == 0  # calls of the other service do not count
    assert [caller.post("credit-card", each).code for each in sealed] == [0, 0, 4000301, 4000301]


def test_a_reset_cancels_a_scheduled_rotation(caller, emulator) -> None:
    emulator.rotate("*", after=1)
    emulator.reset()
    sealed = [caller.sealed_image("credit-card", IMAGE) for _ in range(3)]
    assert [caller.post("credit-card", each).code for each in sealed] == [0, 0, 0]


def rsa_bits(encoded: str) -> int:
    key = load_der_public_key(base64.b64decode(encoded))
    assert isinstance(key, RSAPublicKey)
    return key.key_size


def test_a_weak_key_works(caller, emulator) -> None:
    emulator.rotate("credit-card", bits=1024)
    assert rsa_bits(caller.public_key("credit-card")["key"]) == 1024
    assert caller.analyze("credit-card", IMAGE)[0].code == 0


@pytest.mark.parametrize("invalid", [{"bits": 7}, {"after": -1}, {"service": "passport"}, {"unknown": 1}])
def test_an_invalid_rotation_is_refused(caller, invalid) -> None:
    assert caller.send("POST", "/_emulator/rotations", body=json.dumps(invalid).encode()).status == 400


def test_malformed_keys(caller, emulator) -> None:
    def published(malformed):
        emulator.publish_key(malformed, "id-card")
        return caller.public_key("id-card")

    true_key = caller.public_key("id-card")
    assert rsa_bits(published("rsa-512")["key"]) == 512
    assert isinstance(load_der_public_key(base64.b64decode(published("ec")["key"])), EllipticCurvePublicKey)
    with pytest.raises(ValueError, match="Could not deserialize"):
        load_der_public_key(base64.b64decode(published("no-der")["key"]))
    with pytest.raises(ValueError, match="base64"):
        base64.b64decode(published("no-base64")["key"], validate=True)
    assert published("empty")["key"] == ""
    assert published("null")["key"] is None
    assert list(published("missing")) == ["version"]
    assert caller.public_key("credit-card")["key"]
    assert published(None) == true_key


def test_other_credentials(caller, emulator) -> None:
    emulator.accept_credentials(secret_key="the new one")
    assert caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key}).code == 4010001
    caller.secret_key = "the new one"
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    emulator.accept_credentials(app_key="another")
    assert caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key}).code == 4010001


def test_refused_credentials(caller, emulator) -> None:
    emulator.refuse_credentials()
    assert caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key}).code == 4010001
    emulator.refuse_credentials(False)
    assert caller.public_key("id-card")


def test_reset_undoes_all_control_calls(caller, emulator) -> None:
    request_key = caller.request_key(ID_CARD)
    emulator.fault(kinds.ResultCode(result_code=-1, times=None))
    emulator.publish_key("empty")
    emulator.refuse_credentials()
    emulator.accept_credentials("x", "y")
    emulator.shift_clock(4000)
    emulator.reset()
    assert emulator.counters().calls == {}
    assert caller.verify(request_key, RESIDENT).result == {"isAuthenticity": True}


def test_control_endpoints_are_not_part_of_the_guides_api(caller) -> None:
    assert caller.send("GET", "/v2.0/_emulator/counters").code == 4041007
    assert caller.send("GET", "/_emulator/unknown").code == 4041007


def test_nothing_listens_after_the_block() -> None:
    with Emulator() as other:
        caller = Caller(other)
        assert caller.analyze("credit-card", IMAGE)[0].code == 0
    with pytest.raises(Exception, match="refused"):
        caller.public_key("id-card")


def test_the_journal_returns_the_calls_that_changed_after_a_revision(caller, emulator) -> None:
    before = emulator.journal()["revision"]
    emulator.fault(kinds.ResultCode(operation="credit-card", result_code=4000006))
    caller.analyze("credit-card", IMAGE)
    caller.analyze("credit-card", IMAGE)
    latest = emulator.journal(before)
    image = hashlib.sha256(IMAGE).hexdigest()
    assert [(call["operation"], call["image"], call["answer"]) for call in latest["calls"]] == [
        ("public-keys", None, "0"),
        ("credit-card", image, "4000006"),
        ("public-keys", None, "0"),
        ("credit-card", image, "0"),
    ]
    assert all(call["began"] <= call["ended"] for call in latest["calls"])
    assert emulator.journal(latest["revision"])["calls"] == []


def test_the_journal_contains_a_call_before_its_response(caller, emulator) -> None:
    before = emulator.journal()["revision"]
    sealed = caller.sealed_image("credit-card", IMAGE)
    emulator.fault(kinds.Delay(operation="credit-card", delay=2))
    thread = threading.Thread(target=caller.post, args=("credit-card", sealed))
    thread.start()
    seen: list = []
    while not any(call["image"] for call in seen):
        seen = emulator.journal(before)["calls"]
    assert seen[-1]["ended"] is None
    thread.join()
    assert emulator.journal(before)["calls"][-1]["ended"] >= seen[-1]["began"] + 2
