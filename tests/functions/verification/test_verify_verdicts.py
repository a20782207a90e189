"""A Request-Key gives one verdict: to the first caller, and to repeats with the same Idempotency-Key and claim."""

from __future__ import annotations

import pytest

from emulator.specimens import DocumentKind
from tests.support.verification_world import ManualClock, VerifierUnderTest, World

CARDS: list[DocumentKind] = ["resident", "driver", "passport"]
EDITS: dict[DocumentKind, dict[str, str]] = {
    "resident": {"name": "다른이름", "residentNumber": "8102034999999", "issueDate": "20150303"},
    "driver": {
        "name": "다른이름",
        "residentNumber": "8102035",
        "driverLicenseNumber": "110999999978",
        "serialNum": "QZ7X9V",
    },
    "passport": {
        "name": "다른이름",
        "issueDate": "20200316",
        "passportNumber": "M99999999",
        "birthDate": "19810204",
        "expirationDate": "20300316",
    },
}


@pytest.mark.parametrize("document", CARDS)
def test_the_offered_claim_is_authentic_and_spends_the_key(
    world: World, verifier: VerifierUnderTest, document: DocumentKind
) -> None:
    card = world.card(document)
    result = verifier.verify(card)
    assert (result.verdict, result.calls) == (True, 1)
    item = world.item(card)
    assert (item["state"], item["verdict"]) == ("spent", True)
    assert "requestKey" not in item
    assert "leaseUntil" not in item


@pytest.mark.parametrize(("document", "field"), [(document, field) for document in CARDS for field in EDITS[document]])
def test_an_edited_claim_is_not_authentic_and_spends_the_key(
    world: World, verifier: VerifierUnderTest, document: DocumentKind, field: str
) -> None:
    card = world.card(document)
    result = verifier.verify(card, card.claim | {field: EDITS[document][field]})
    assert (result.verdict, result.calls) == (False, 1)
    assert world.item(card)["verdict"] is False
    again = verifier.verify(card)
    assert (again.type, again.calls) == ("request-key-spent", 0)


def test_a_licence_without_its_serial_number_gets_a_verdict(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card("driver")
    claim = {name: value for name, value in card.claim.items() if name != "serialNum"}
    assert verifier.verify(card, claim).verdict is True


@pytest.mark.parametrize("edited", [{}, {"name": "다른이름"}])
def test_the_same_key_and_claim_get_the_same_verdict_without_a_call(
    world: World, verifier: VerifierUnderTest, edited: dict
) -> None:
    card = world.card()
    first = verifier.verify(card, key="k-1", **edited)
    shuffled = dict(reversed((card.claim | edited).items()))
    again = verifier.verify(card, shuffled, key="k-1")
    assert first.verdict is again.verdict is (not edited)
    assert (first.calls, again.calls) == (1, 0)


def test_the_same_key_with_another_claim_is_refused(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    verifier.verify(card, key="k-1")
    result = verifier.verify(card, key="k-1", issueDate="20150303")
    assert (result.type, result.calls) == ("idempotency-key-reused", 0)
    assert world.item(card)["verdict"] is True


@pytest.mark.parametrize(("first", "second"), [("k-1", ""), ("k-1", "k-2"), ("", "k-1"), ("", "")])
def test_another_idempotency_key_does_not_get_the_verdict_again(
    world: World, verifier: VerifierUnderTest, first: str, second: str
) -> None:
    card = world.card()
    verifier.verify(card, key=first)
    result = verifier.verify(card, key=second)
    assert (result.type, result.calls) == ("request-key-spent", 0)
    assert "a verdict was given" in result.problem.detail


def test_a_verdict_can_be_repeated_after_the_key_has_expired(world: World) -> None:
    card = world.card()
    clock = ManualClock()
    verifier = VerifierUnderTest(world, clock)
    verifier.verify(card, key="k-1")
    clock.now = card.expires_at + 3600
    assert verifier.verify(card, key="k-1").verdict is True
    assert verifier.verify(card).type == "request-key-spent"


def test_a_claim_gets_a_verdict_of_its_own_for_each_card(world: World, verifier: VerifierUnderTest) -> None:
    first, second = world.card(), world.card()
    assert verifier.verify(first, key="k-1").verdict is True
    assert verifier.verify(second, first.claim, key="k-1").verdict is False


def test_a_document_that_was_never_offered_is_unknown(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    stranger = type(card)("f" * 32, card.claim, "", 0)
    result = verifier.verify(stranger)
    assert (result.type, result.calls) == ("unknown-document", 0)


def test_a_claim_of_another_id_type_is_invalid(world: World, verifier: VerifierUnderTest) -> None:
    card, licence = world.card("resident"), world.card("driver")
    result = verifier.verify(card, licence.claim, key="k-1")
    assert (result.type, result.calls) == ("invalid-claim", 0)
    assert result.problem.errors is not None
    assert [fault["field"] for fault in result.problem.errors] == ["idType"]
    assert world.item(card)["state"] == "available"


def test_the_item_holds_neither_keys_nor_claim(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    verifier.verify(card, key="idempotent-1")
    kept = str(world.item(card))
    assert "idempotent-1" not in kept
    assert card.request_key.split()[-1] not in kept
    assert not any(value in kept for name, value in card.claim.items() if name != "idType")


def test_the_mac_of_a_claim_is_not_a_plain_hash_of_it(world: World, verifier: VerifierUnderTest) -> None:
    one, two = world.card(), world.card()
    verifier.verify(one, key="k")
    verifier.verify(two, one.claim, key="k")
    assert world.item(one)["claimMac"] != world.item(two)["claimMac"]
