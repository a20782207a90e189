"""Keys name the outcomes of a simulated stage, and the results have the form of real ones, with invented values."""

from __future__ import annotations

import json

import msgspec
import pytest
from sealed_ocr.analysis.review import review_of
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.card_fields import ID_CARD_FIELDS
from sealed_ocr.ocr.errors import EngineFailed, LimitExceeded, OutcomeUnknown, Rejected, RequestKeyInvalid, Transient
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.models import CardResult, IdCardResult
from sealed_ocr.ocr.result_codes import RESULT_CODES
from sealed_ocr.simulation import verdicts
from sealed_ocr.simulation.answers import Answer, failure_of
from sealed_ocr.simulation.kinds import SIMULATED_KINDS
from sealed_ocr.simulation.outcomes import names, outcome_of
from sealed_ocr.simulation.results import person_of, result_of
from sealed_ocr.verification.claim_request import read_request

pytestmark = pytest.mark.unit

ID_TYPES = ["resident", "driver", "passport"]
SECRET = "청솔모바스락"


def refusal(kind: str, rest: str) -> str:
    with pytest.raises(Rejected) as raised:
        outcome_of(Kind(kind), f"{kind}/{rest}")
    assert raised.value.code is None
    assert SECRET not in raised.value.reason
    return raised.value.reason


def test_every_kind_has_a_row() -> None:
    assert SIMULATED_KINDS.keys() == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_name_is_an_outcome(kind: Kind) -> None:
    for name in names(kind):
        outcome = outcome_of(kind, f"{kind}/simulate/{name}/a/b.png")
        assert outcome.document in SIMULATED_KINDS[kind].documents
        assert bool(outcome.verdict) is SIMULATED_KINDS[kind].has_verdict


def test_each_code_that_rejects_an_image_of_the_kind_is_an_outcome() -> None:
    rejecting = {code for code, (error, _) in RESULT_CODES.items() if issubclass(error, Rejected)}
    assert rejecting > {4000002, 4131000, 5003023}
    of_cards, of_ids = {4000111, 5003013}, {4000121, 5003023}
    for kind, others in (("credit-card", of_ids), ("id-card", of_cards), ("id-card/stand-alone", of_cards)):
        found = {int(name.removeprefix("rejected-")) for name in names(Kind(kind)) if name.startswith("rejected-")}
        assert found == rejecting - others


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (f"{SECRET}.png", "this stage is simulated and reads no document; it takes keys like id-card/simulate/"),
        (f"2026/simulate/delayed/{SECRET}.png", "this stage is simulated"),
        ("simulate", "this stage is simulated"),
        (f"simulate/{SECRET}.png", "the key names no outcome"),
        # A folder names the outcome, not the image.
        ("simulate/delayed", "the key names no outcome"),
        (f"simulate/{SECRET}/a.png", "there are analyzed-resident, analyzed-driver, analyzed-passport, rejected-40000"),
        ("simulate/analyzed-card/a.png", "the key names no outcome"),
        ("simulate/resident/a.png", "the key names no outcome"),
        ("simulate/rejected-4000111/a.png", "the key names no outcome"),
        ("simulate/rejected-4000301/a.png", "the key names no outcome"),
        ("simulate/rejected-0/a.png", "the key names no outcome"),
        ("simulate/rejected-/a.png", "the key names no outcome"),
        ("simulate/slow-0/a.png", "the key names no outcome"),
        ("simulate/slow-1000/a.png", "the key names no outcome"),
        (f"simulate/delayed/verdict-{SECRET}/a.png", "there are verdict-compared, verdict-true, verdict-false"),
    ],
)
def test_another_key_is_rejected_with_what_there_is(rest: str, words: str) -> None:
    assert words in refusal("id-card", rest)


@pytest.mark.parametrize("kind", ["credit-card", "id-card/stand-alone"])
def test_a_kind_without_verdicts_takes_none(kind: str) -> None:
    assert f"gives none on {kind}" in refusal(kind, "simulate/delayed/verdict-true/a.png")


def test_a_file_name_is_no_verdict() -> None:
    assert outcome_of(Kind("id-card"), "id-card/simulate/delayed/verdict-x.png").verdict == "compared"


@pytest.mark.parametrize(
    ("name", "failures"),
    [
        ("analyzed-resident", []),
        ("slow", []),
        ("delayed", [OutcomeUnknown, OutcomeUnknown]),
        ("lost", [OutcomeUnknown]),
        ("engine-failed", [EngineFailed]),
        ("limit", [LimitExceeded]),
        ("unavailable", [Transient]),
    ],
)
def test_the_calls_fail_in_the_order_of_the_script_and_then_succeed(name: str, failures: list[type]) -> None:
    outcome = outcome_of(Kind("id-card"), f"id-card/simulate/{name}/a.png")
    answers = [failure_of(outcome.step(call)) for call in range(1, len(failures) + 3)]
    assert [type(answer) for answer in answers] == [*failures, type(None), type(None)]


def test_a_rejection_stays_the_same() -> None:
    outcome = outcome_of(Kind("id-card"), "id-card/simulate/rejected-5003023/a.png")
    assert [outcome.step(call) for call in (1, 2, 9)] == [5003023] * 3


def test_slow_names_its_seconds() -> None:
    seconds = {
        name: outcome_of(Kind("id-card"), f"id-card/simulate/{name}/a.png").seconds for name in ("slow", "slow-45")
    }
    assert seconds == {"slow": 5, "slow-45": 45}


@pytest.mark.parametrize("document", ID_TYPES)
def test_an_id_card_has_every_field_of_the_guide_and_a_claim_that_can_be_sent(document: str) -> None:
    result = result_of(document, "000042", "png")
    msgspec.convert(result, IdCardResult, strict=True)
    assert [field["key"] for field in result["keyValues"]] == list(ID_CARD_FIELDS[document])
    claim = offer(result)
    assert claim is not None
    assert (claim.request["idType"], claim.missing) == (document, [])
    assert read_request(json.dumps(claim.request).encode()).fields == claim.request
    readings = KIND_SPECS[Kind("id-card")].readings(result)
    # The empty personalNo of a passport is no reading.
    assert not review_of(readings, claim.missing, below=1).required


def test_a_credit_card_has_a_number_that_is_published_for_tests() -> None:
    result = result_of("card", "000042", "jpg")
    msgspec.convert(result, CardResult, strict=True)
    assert (result["totalCardNum"], result["fileType"]) == ("4111111111111111", "jpg")
    assert not review_of(KIND_SPECS[Kind("credit-card")].readings(result), (), below=1).required


def test_nobody_has_the_numbers_and_each_key_shows_a_person_of_its_own() -> None:
    people = {person_of(f"id-card/simulate/analyzed-resident/{number}.png") for number in range(50)}
    assert len(people) == 50
    # The seventh digit 9 stands for a birth before 1900.
    assert result_of("resident", "000042", "png")["keyValues"][1]["value"] == "000101-9000042"
    assert person_of("id-card/a.png") == person_of("id-card/a.png")


def test_a_request_key_carries_its_verdict_and_is_good_for_its_script_alone() -> None:
    first, second = (verdicts.issue("unavailable", "000042") for _ in range(2))
    assert first != second
    issued = verdicts.read(first)
    assert issued == ("unavailable", "000042")
    assert issued is not None
    assert [issued.step(claim) for claim in (1, 2, 3)] == [5000001, verdicts.Judgement.AUTHENTIC, 4000122]
    assert isinstance(failure_of(4000122), RequestKeyInvalid)
    assert failure_of(Answer.SUCCESS) is None


@pytest.mark.parametrize(
    "wrong", ["v2.0 abc", "", "simulated ", "simulated true-1-0", "simulated x-000042-" + "0" * 32]
)
def test_a_request_key_of_another_issuer_is_not_read(wrong: str) -> None:
    assert verdicts.read(wrong) is None
