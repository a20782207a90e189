"""A sealed claim is judged like the claim that it holds; it is good for its own Request-Key alone."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from sealed_ocr.aws.request_keys import key_hash
from sealed_ocr.common.sealed_claim import SealedClaim
from sealed_ocr.verification.claim_request import ClaimRequest

from local.processes.child import ROOT
from tests.support.canary import assert_clean, values_of
from tests.support.proxy import Proxy
from tests.support.verification_world import Card, VerifierUnderTest, World
from tests.support.verify_function import VerifyProcess, VerifyResponse, event

KEY = {"Idempotency-Key": "k-1"}


def sealed(world: World, card: Card, **changed: Any) -> str:
    """Return the sealed claim of the card's message, with members ``changed``."""
    hashed = key_hash(card.request_key)
    members: dict[str, Any] = {"key_hash": hashed, "expires_at": card.expires_at, "claim": card.claim}
    return world.seal.seal(card.document_id, SealedClaim(**members | changed).encode())


@pytest.fixture
def judge(start: Any, world: World) -> VerifyProcess:
    """A function of a stage that seals claims."""
    function: VerifyProcess = start(CLAIM_SEAL_KEY_ID=world.seal_key)
    return function


def post(
    function: VerifyProcess, card: Card, text: object, headers: dict[str, str] | None = None, **corrections: object
) -> VerifyResponse:
    body = {"sealedClaim": text} | corrections
    return function.send(event(card.document_id, json.dumps(body, ensure_ascii=False).encode(), headers))


def faults(response: VerifyResponse) -> list[tuple[str, str]]:
    assert (response.type, response.calls) == ("invalid-claim", 0)
    return [(fault["field"], fault["reason"]) for fault in response.body["errors"]]


@pytest.mark.parametrize("document", ["resident", "driver", "passport"])
def test_a_sealed_claim_gets_the_verdict_of_its_claim(world: World, document: Any) -> None:
    verifier, card, before = VerifierUnderTest(world, seal=world.seal), world.card(document), world.sent()
    request = ClaimRequest({}, sealed(world, card))
    verdict = verifier.verifier.verdict(card.document_id, request, "", time.monotonic() + 25, "invocation")
    assert (verdict.is_authentic, world.sent() - before) == (True, 1)


def test_all_that_callers_send(judge: VerifyProcess, world: World, proxy: Proxy) -> None:
    """One process for all requests: corrections, faults, repeats and a failing KMS."""
    card, other = world.card("resident"), world.card("resident")
    text = sealed(world, card)

    # What is no sealed claim of this card.
    made = [("sealedClaim", "was made for another document, or was altered")]
    flipped = bytearray(base64.urlsafe_b64decode(text + "=="))
    flipped[-1] ^= 1
    assert faults(post(judge, other, text)) == made
    assert faults(post(judge, card, base64.urlsafe_b64encode(flipped).decode().rstrip("="))) == made
    assert faults(post(judge, card, text[:-8])) == made
    assert faults(post(judge, card, world.seal.seal(card.document_id, b"[1]"))) == made
    old = [("sealedClaim", "is too old: the card was read again since; take the one of its newest message")]
    assert faults(post(judge, card, sealed(world, card, key_hash=key_hash("an earlier key")))) == old
    assert faults(post(judge, card, sealed(world, card, expires_at=card.expires_at - 60))) == old
    form = [("sealedClaim", "must be the text of the message's verification.sealedClaim, unchanged")]
    for wrong in (5, None, "", "not a sealed claim", "A" * 8193, {"claim": "x"}, "가나다"):
        assert faults(post(judge, card, wrong)) == form

    # Corrections are validated, and the card keeps its type.
    assert faults(post(judge, card, text, idType="driver")) == [("idType", "must be resident, as the card was read")]
    assert faults(post(judge, card, text, issueDate="20150230", shoe="43")) == [
        ("issueDate", "must be a date that exists, as YYYYMMDD"),
        ("shoe", "is no field of a claim for resident"),
    ]
    assert faults(post(judge, card, text, name=None)) == [("name", "must be the name, 1 to 100 characters")]
    without = {name: value for name, value in card.claim.items() if name != "issueDate"}
    lacking = sealed(world, card, claim=without)
    assert faults(post(judge, card, lacking)) == [
        ("issueDate", "must be a date that exists, as YYYYMMDD; it is missing")
    ]

    # Without KMS nothing is sent, and nothing is spent.
    fault = proxy.fault("Decrypt", "refuse")
    response = post(judge, card, text, KEY)
    assert (response.type, response.calls, response.headers["retry-after"]) == ("temporarily-unavailable", 0, "30")
    fault.times = 0
    assert world.item(card)["state"] == "available"

    # A field that was missing is added, and the verdict is given once.
    verdict = post(judge, card, lacking, KEY, issueDate=card.claim["issueDate"], idType="resident")
    assert (verdict.status, verdict.body["isAuthenticity"], verdict.calls) == (200, True, 1)
    again = post(judge, card, lacking, KEY, issueDate=card.claim["issueDate"], idType="resident")
    assert (again.body, again.calls) == (verdict.body, 0)
    assert post(judge, card, text).type == "request-key-spent"

    # A correction overrides what is sealed.
    changed = post(judge, other, sealed(world, other), issueDate="20010101")
    assert (changed.body["isAuthenticity"], changed.calls) == (False, 1)
    # The lock guard counts it for the person whose number is sealed.
    assert changed.headers["attempts-left"] == "2"

    # Nothing of a claim was written.
    personal = values_of([card.claim, other.claim])
    hidden = [value for value in personal if value != "resident"]
    assert_clean(judge.log() + json.dumps([verdict.body, changed.body]), [*hidden, text, lacking])
    assert_clean(json.dumps([world.item(card), world.item(other)], ensure_ascii=False), [*hidden, text, lacking])


def test_a_repeated_verdict_tells_nothing_of_what_is_withheld(judge: VerifyProcess, world: World) -> None:
    """With the right guess and a wrong one, the answer is the same."""
    card = world.card("resident")
    text = sealed(world, card)
    assert post(judge, card, text, KEY).status == 200
    for number in (card.claim["residentNumber"], "9901011234567"):
        assert post(judge, card, text, KEY, residentNumber=number).type == "idempotency-key-reused"
        assert judge.post(card, headers=KEY, residentNumber=number).type == "idempotency-key-reused"
    assert post(judge, card, text, KEY).status == 200


def test_an_expired_key_is_expired_for_a_sealed_claim_too(world: World, judge: VerifyProcess) -> None:
    card = world.card("resident", expires_at=1_700_000_000)
    assert post(judge, card, sealed(world, card)).type == "request-key-expired"


def test_a_stage_that_seals_nothing_says_so(function: VerifyProcess, world: World) -> None:
    card = world.card("resident")
    reason = "cannot be used: this stage withholds no field of a claim"
    assert faults(post(function, card, sealed(world, card))) == [("sealedClaim", reason)]


@pytest.mark.unit
def test_a_claim_in_clear_loads_nothing_of_it() -> None:
    program = (
        "import sys, sealed_ocr.verification.verifier, sealed_ocr.verification.claim_request;"
        "sys.exit(any('sealed_ocr.' + name in sys.modules"
        " for name in ('aws.claim_seal', 'verification.sealed_claims')))"
    )
    environment = {"PYTHONPATH": str(ROOT / "functions")}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == 0
