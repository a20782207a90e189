"""Withheld fields are nowhere: not in the message, a log line, an item or a metric. What stays is as it was read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sealed_ocr.analysis.field_policy import FieldPolicy
from sealed_ocr.analysis.messages import Verification
from sealed_ocr.analysis.recognition import Recognition
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind

from emulator.domain.operations import Operation
from emulator.faults.kinds import Variation, VariationForm
from emulator.specimens.metadata import DocumentKind
from local.processes.child import ROOT
from schemas.example_files import read_example
from tests.support.analyze_parts import Parts
from tests.support.canary import assert_clean
from tests.support.documents import NAME, Drawn, draw
from tests.support.stage import Stage

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "document.analyzed.v1.json").read_text()))
EVERYTHING = FieldPolicy("credit-card=*,id-card=*,id-card/stand-alone=*", "")


def apply(
    result: dict[str, Any], omit: str = "", mask: str = "", kind: Kind = Kind.ID_CARD, *, offered: bool = True
) -> Recognition:
    claim = offer(result) if offered else None
    verification = claim and Verification(expires_at="soon", request=claim.request, missing=claim.missing)
    shown = copy.deepcopy(result)
    verification, names = FieldPolicy(omit, mask).apply(kind, shown, verification)
    return Recognition(shown, verification, None, names)


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_example(name)["data"]["result"]
    return found


def value(result: dict[str, Any], name: str) -> object:
    (field,) = [field for field in result["keyValues"] if field["key"] == name]
    return field.get("value", "absent")


def withheld(recognition: Recognition) -> tuple[list[str], list[str]]:
    assert recognition.withheld is not None
    return recognition.withheld.omitted, recognition.withheld.masked


def id_card(*fields: dict[str, Any], id_type: object = "resident", **more: Any) -> dict[str, Any]:
    return {"idType": id_type, "keyValues": list(fields), **more}


@pytest.mark.unit
def test_a_card_that_no_rule_covers_is_passed_on_as_it_came() -> None:
    passport = example("passport")
    recognition = apply(passport, "id-card:resident=name,credit-card=*")
    assert recognition.result == passport
    assert recognition.withheld is None


@pytest.mark.unit
def test_an_omitted_field_keeps_its_name_place_and_confidence() -> None:
    resident = example("resident")
    recognition = apply(resident, "id-card=residentNumber")
    for field in resident["keyValues"]:
        if field["key"] == "residentNumber":
            del field["value"]
    assert recognition.result == resident
    assert withheld(recognition) == (["residentNumber"], [])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("card", "omit", "mask", "hidden"),
    [
        ("resident", "id-card=residentNumber", "", ["residentNumber"]),
        ("resident", "", "id-card=residentNumber", ["residentNumber"]),
        ("resident", "id-card=issuer", "", []),
        ("resident", "id-card=*", "", ["name", "residentNumber", "issueDate"]),
        ("resident", "", "id-card=name+issueDate", ["name", "issueDate"]),
        # A licence's claim has the seven digits that the mask shows.
        ("driver", "", "id-card=residentNumber", []),
        ("driver", "id-card=residentNumber", "", ["residentNumber"]),
        (
            "driver",
            "id-card:driver=serialNum",
            "id-card:driver=driverLicenseNumber",
            ["driverLicenseNumber", "serialNum"],
        ),
        ("passport", "id-card=koreanName", "", ["name"]),
        ("passport", "id-card=surName", "", []),
        ("passport", "id-card=surName+koreanName", "", ["name"]),
        ("passport", "id-card=dateOfBirth", "id-card=passportNo", ["passportNumber", "birthDate"]),
    ],
)
def test_the_claim_says_no_more_than_the_result(card: str, omit: str, mask: str, hidden: list[str]) -> None:
    result = example(card)
    complete = offer(result)
    verification = apply(result, omit, mask).verification
    assert complete
    assert verification
    assert verification.withheld == hidden
    assert verification.request == {name: text for name, text in complete.request.items() if name not in hidden}
    assert verification.request["idType"] == card


@pytest.mark.unit
def test_a_field_that_the_person_must_add_is_missing_and_not_withheld() -> None:
    result = id_card({"key": "name", "value": "홍길동"}, {"key": "issueDate", "value": "2015.l2.3"})
    verification = apply(result, "id-card=*").verification
    assert verification
    assert (verification.missing, verification.withheld) == (["residentNumber", "issueDate"], ["name"])
    assert verification.request == {"idType": "resident"}


@pytest.mark.unit
def test_the_number_of_a_card_is_omitted_in_all_its_forms() -> None:
    for total in ("3530114609322401", ["3530114609322401"]):
        recognition = apply(
            example("credit-card") | {"totalCardNum": total}, "credit-card=totalCardNum", "", Kind.CREDIT_CARD
        )
        assert "3530" not in json.dumps(recognition.result)
        assert recognition.result["cardNums"] == [{"conf": 1.0}] * 4
        assert "totalCardNum" not in recognition.result
        assert recognition.result["validThru"] == {"value": "05/33", "conf": 1.0}
        assert withheld(recognition) == (["cardNums", "totalCardNum"], [])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("total", "shown"), [("3530114609322401", "************2401"), (["35301146", "09322401"], ["********", "****2401"])]
)
def test_the_number_of_a_card_is_masked_in_all_its_forms(total: object, shown: object) -> None:
    result = example("credit-card") | {"totalCardNum": total}
    recognition = apply(result, "credit-card=validThru", "credit-card=cardNums", Kind.CREDIT_CARD)
    assert [group["value"] for group in recognition.result["cardNums"]] == ["****", "****", "****", "2401"]
    assert recognition.result["totalCardNum"] == shown
    assert recognition.result["validThru"] == {"conf": 1.0}
    assert withheld(recognition) == (["validThru"], ["cardNums", "totalCardNum"])


@pytest.mark.unit
@pytest.mark.parametrize(
    "changed",
    [
        {"cardNums": [{"value": "3530"}, {"value": None}]},
        {"cardNums": [{"value": "3530"}, {"value": "11a6"}]},
        {"totalCardNum": "353011460932"},
        {"totalCardNum": "35301146O9322401"},
    ],
)
def test_a_number_of_another_form_is_omitted_instead_of_masked(changed: dict[str, Any]) -> None:
    recognition = apply(example("credit-card") | changed, "", "credit-card=cardNums", Kind.CREDIT_CARD)
    assert "3530" not in json.dumps(recognition.result)
    assert "2401" not in json.dumps(recognition.result)
    assert withheld(recognition) == (["cardNums", "totalCardNum"], [])


@pytest.mark.unit
@pytest.mark.parametrize("number", ["481023-109343", "481023-I093435", "1093435"])
def test_a_value_that_its_mask_does_not_fit_is_omitted(number: str) -> None:
    recognition = apply(id_card({"key": "residentNumber", "value": number, "conf": 0.4}), "", "id-card=residentNumber")
    assert recognition.result["keyValues"] == [{"key": "residentNumber", "conf": 0.4}]
    assert withheld(recognition) == (["residentNumber"], [])


@pytest.mark.unit
def test_members_of_a_withheld_field_that_the_guide_does_not_know_go_too() -> None:
    box = {f"{axis}{corner}": 1.0 for corner in (1, 2, 3, 4) for axis in "xy"}
    field = {"value": "홍길동", "conf": 0.9, "bbox": box | {"text": "홍길동"}, "candidates": ["홍길동", "홍길등"]}
    for name, rule in (("name", "id-card=name"), ("later", "id-card=*"), ("name", "")):
        recognition = apply(id_card(field | {"key": name}), rule, "" if rule else "id-card=name")
        (left,) = recognition.result["keyValues"]
        assert left == {"key": name, "conf": 0.9, "bbox": box} | ({} if rule else {"value": "홍**"})


@pytest.mark.unit
def test_a_value_without_a_name_is_omitted() -> None:
    recognition = apply(id_card({"value": "481023-1093435"}, {"key": None, "value": "x"}, {"key": ""}), "id-card=name")
    assert recognition.result["keyValues"] == [{}, {"key": None}, {"key": ""}]
    assert withheld(recognition) == (["(unnamed)"], [])


@pytest.mark.unit
@pytest.mark.parametrize("id_type", [None, "alien"])
def test_a_card_of_an_unknown_type_is_treated_like_any(id_type: str | None) -> None:
    result = id_card({"key": "residentNumber", "value": "481023-1093435"}, id_type=id_type)
    assert withheld(apply(result, "id-card:driver=residentNumber")) == (["residentNumber"], [])


@pytest.mark.unit
def test_all_fields_include_members_that_come_later() -> None:
    result = id_card(
        {"key": "name", "value": "홍길동"},
        {"key": "later", "value": "비밀"},
        face={"text": "비밀"},
        boxes=[None, {f"{axis}{corner}": 1 for corner in (1, 2, 3, 4) for axis in "xy"} | {"text": "비밀"}],
        cardNums=[{"value": "비밀"}],
        fileType="png",
    )
    recognition = apply(result, "id-card=*+!name")
    assert value(recognition.result, "name") == "홍길동"
    assert "비밀" not in json.dumps(recognition.result, ensure_ascii=False)
    assert recognition.result.keys() == {"idType", "keyValues", "boxes", "fileType"}
    assert withheld(recognition) == (["later", "face", "cardNums"], [])
    named = apply(result, "id-card=name")
    assert (named.result["face"], value(named.result, "later")) == ({"text": "비밀"}, "비밀")


@pytest.mark.unit
def test_nothing_read_is_nothing_withheld() -> None:
    for empty in (id_card(), {"idType": "resident"}, id_card({"key": "name", "value": ""}), {"keyValues": None}):
        assert withheld(apply(empty, "id-card=*", offered=False)) == ([], [])
    for card in (
        {},
        {"cardNums": None, "totalCardNum": None},
        {"cardNums": [None], "totalCardNum": [], "validThru": None},
    ):
        for omit, mask in (("credit-card=*", ""), ("", "credit-card=cardNums+validThru")):
            assert withheld(apply(card, omit, mask, Kind.CREDIT_CARD, offered=False)) == ([], [])


@pytest.mark.unit
def test_an_odd_type_of_a_payment_card_harms_nothing() -> None:
    assert withheld(apply({"idType": ["x"]}, "credit-card=cardNums", "", Kind.CREDIT_CARD, offered=False)) == ([], [])


def run(parts: Parts, drawn: Drawn, key: str) -> dict[str, Any]:
    parts.stage.announce(parts.stage.upload(drawn, key))
    assert parts.deliver() == []
    event = parts.stage.collect()[-1]
    SCHEMA.validate(event)
    return event


def assert_nowhere(parts: Parts, drawn: Drawn, written: str) -> None:
    """Search everything that the function wrote, messages included, for the values on the card."""
    stage = parts.stage
    tables = [stage.items(stage.documents), stage.items(stage.request_keys)]
    everything = json.dumps([stage.results, stage.result_attributes, stage.dead_letters, tables], ensure_ascii=False)
    assert_clean(everything + parts.log.getvalue() + written, drawn.values)


@pytest.mark.parametrize("below", [{}, dict.fromkeys(Kind, 1.0)], ids=["", "reviewed"])
@pytest.mark.parametrize(
    ("document", "folder"),
    [
        ("credit-card", Kind.CREDIT_CARD),
        *(
            (card, kind)
            for card in ("resident", "driver", "passport")
            for kind in (Kind.ID_CARD, Kind.ID_CARD_STAND_ALONE)
        ),
    ],
)
def test_values_that_are_omitted_are_nowhere(
    make: Callable[..., Parts],
    stage: Stage,
    document: DocumentKind,
    folder: Kind,
    below: dict[Kind, float],
    capfd: pytest.CaptureFixture[str],
) -> None:
    parts = make(policy=EVERYTHING, review_below=below)
    drawn = draw(document)
    event = run(parts, drawn, f"{folder}/{NAME}.png")
    parts.observability.metrics.flush()
    written = capfd.readouterr().out
    stage.log_output += written
    assert_nowhere(parts, drawn, written)
    assert event["data"]["withheld"]["omitted"]
    assert ("review" in event["data"]) is bool(below)


@pytest.mark.parametrize(
    "form", ["total-card-num-list", "unknown-members", "null-values", "empty-values", "malformed-boxes"]
)
@pytest.mark.parametrize(("document", "folder"), [("credit-card", "credit-card"), ("driver", "id-card")])
@pytest.mark.parametrize(
    "policy",
    [EVERYTHING, FieldPolicy("", "credit-card=cardNums+validThru,id-card=residentNumber+name+issueDate")],
    ids=["omit", "mask"],
)
def test_every_form_of_answer_can_be_withheld(
    make: Callable[..., Parts],
    stage: Stage,
    form: VariationForm,
    document: DocumentKind,
    folder: Operation,
    policy: FieldPolicy,
) -> None:
    stage.emulator.fault(Variation(form=form, operation=folder))
    event = run(make(policy=policy), draw(document), f"{folder}/{NAME}.png")
    assert event["data"]["withheld"].keys() == {"omitted", "masked"}


def test_a_review_counts_what_was_read_and_not_what_is_shown(make: Callable[..., Parts]) -> None:
    parts = make(policy=EVERYTHING, review_below={Kind.ID_CARD: 0.0})
    event = run(parts, draw("resident"), f"id-card/{NAME}.png")
    assert event["data"]["review"] == {"required": False, "fields": []}


def test_without_a_policy_the_message_says_nothing_of_it(parts: Parts) -> None:
    event = run(parts, draw("resident"), f"id-card/{NAME}.png")
    assert "withheld" not in event["data"]
    assert "withheld" not in event["data"]["verification"]
