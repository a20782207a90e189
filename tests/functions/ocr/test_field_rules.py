"""The settings omitFields and maskFields: what they accept, and what they mean for each card."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.settings import NotAllowedError
from sealed_ocr.ocr.field_rules import FieldRules, Given, Treatment, as_text, names_to_mask, names_to_omit, rules_of
from sealed_ocr.ocr.kind_specs import KIND_SPECS

pytestmark = pytest.mark.unit

OMIT, MASK, SHOW = Treatment.OMIT, Treatment.MASK, Treatment.SHOW


def rules(omit: Given, mask: Given = "", kind: Kind = Kind.ID_CARD, id_type: str | None = "resident") -> FieldRules:
    found = rules_of(omit, mask, kind, id_type)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", ""),
        ({}, ""),
        ("id-card=name", "id-card=name"),
        (" id-card = name + issuer , ", "id-card=name+issuer"),
        ({"id-card:driver": ["name"], "credit-card": ["*"]}, "id-card:driver=name,credit-card=*"),
        ("id-card/stand-alone:passport=MRZ1+MRZ2", "id-card/stand-alone:passport=MRZ1+MRZ2"),
        ("id-card=*+!name", "id-card=*+!name"),
    ],
)
def test_names_are_read_from_text_and_from_json(given: Given, text: str) -> None:
    assert as_text(names_to_omit(given)) == text
    assert as_text(names_to_omit(text)) == text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            "id-card:resident=nmae",
            "those of id-card:resident are name, residentNumber, issueDate, issuer, or * for all",
        ),
        ("credit-card=name", "those of credit-card are cardNums, totalCardNum, validThru, or * for all"),
        ("id-card:resident=name+MRZ1", "those of id-card:resident are name, residentNumber, issueDate, issuer, or"),
        ("id-card=!name", "those of id-card are name, residentNumber, issueDate, issuer, driverLicenseNumber,"),
        ("id-card=*+!nmae", "those of id-card are"),
        ("id-card=!*", "those of id-card are"),
        ("passport=MRZ1", "once for each of credit-card, id-card, id-card:resident, id-card:driver, id-card:passport,"),
        ("id-card=name,id-card=issuer", "once for each of credit-card"),
        ("name", "once for each of credit-card"),
        ("id-card", "as in credit-card=NAME+NAME"),
        ("id-card=", "as in credit-card=NAME+NAME"),
        ("id-card=name+", "as in credit-card=NAME+NAME"),
        ({"id-card": []}, "as in credit-card=NAME+NAME"),
    ],
)
def test_what_cannot_be_omitted_is_refused_with_the_names(given: Given, sentence: str) -> None:
    with pytest.raises(NotAllowedError) as raised:
        names_to_omit(given)
    assert sentence in raised.value.expected
    assert "nmae" not in raised.value.expected


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("id-card:resident=issuer", "those of id-card:resident are name, residentNumber, issueDate"),
        ("credit-card=*", "those of credit-card are cardNums, totalCardNum, validThru"),
        ("id-card:passport=MRZ1", "that have a mask; those of id-card:passport are passportNo, surName,"),
        (
            "id-card:driver=serialNum",
            "those of id-card:driver are driverLicenseNumber, name, residentNumber, issueDate",
        ),
    ],
)
def test_what_has_no_mask_is_refused_with_the_names(given: str, sentence: str) -> None:
    with pytest.raises(NotAllowedError) as raised:
        names_to_mask(given)
    assert sentence in raised.value.expected


def test_a_rule_of_a_kind_holds_for_each_type_and_one_of_a_type_for_it_alone() -> None:
    of_kind, of_type = "id-card=residentNumber", "id-card:driver=residentNumber"
    for id_type in ("resident", "driver"):
        assert rules(of_kind, id_type=id_type).treatment("residentNumber") is OMIT
    assert rules(of_type, id_type="driver").treatment("residentNumber") is OMIT
    assert rules_of(of_type, "", Kind.ID_CARD, "resident") is None
    assert rules_of(of_kind, of_kind, Kind.ID_CARD_STAND_ALONE, "resident") is None
    assert rules_of("", "", Kind.CREDIT_CARD, None) is None


@pytest.mark.parametrize("id_type", [None, "alien"])
def test_a_card_of_an_unknown_type_has_the_rules_of_all(id_type: str | None) -> None:
    found = rules("id-card:driver=residentNumber", "id-card:resident=name+residentNumber", id_type=id_type)
    treatments = {name: found.treatment(name) for name in ("residentNumber", "name", "issueDate")}
    assert treatments == {"residentNumber": OMIT, "name": MASK, "issueDate": SHOW}


def test_a_field_that_is_omitted_and_masked_is_omitted() -> None:
    assert rules("id-card=name", "id-card=name").treatment("name") is OMIT


def test_all_fields_are_those_that_the_guide_does_not_know_too() -> None:
    found = rules("id-card=*+!name", "id-card=residentNumber")
    names: list[str | None] = ["name", "residentNumber", "issueDate", "addedLater", None, ""]
    assert [found.treatment(name) for name in names] == [SHOW, MASK, OMIT, OMIT, OMIT, OMIT]


def test_a_value_without_a_name_is_omitted_and_an_unknown_one_is_passed_on() -> None:
    found = rules("id-card=name")
    assert [found.treatment(name) for name in (None, "addedLater")] == [OMIT, SHOW]


@pytest.mark.parametrize(
    ("kind", "id_type", "omit", "mask", "omitted", "masked"),
    [
        (Kind.CREDIT_CARD, None, "cardNums", "", {"cardNums", "totalCardNum"}, set()),
        (Kind.CREDIT_CARD, None, "totalCardNum", "", {"cardNums", "totalCardNum"}, set()),
        (Kind.CREDIT_CARD, None, "", "totalCardNum", set(), {"cardNums", "totalCardNum"}),
        (Kind.ID_CARD, "passport", "dateOfIssue", "", {"dateOfIssue", "dateOfIssueYMD"}, set()),
        (Kind.ID_CARD, "passport", "passportNo", "", {"passportNo", "MRZ2"}, set()),
        (Kind.ID_CARD, "passport", "nationality", "", {"nationality", "countryCode", "MRZ1", "MRZ2"}, set()),
        (Kind.ID_CARD, "passport", "", "surName", {"MRZ1"}, {"surName"}),
        (Kind.ID_CARD, "passport", "", "dateOfBirth", {"MRZ2"}, {"dateOfBirth", "dateOfBirthYMD"}),
        (Kind.ID_CARD, "passport", "dateOfBirthYMD", "dateOfBirth", {"dateOfBirth", "dateOfBirthYMD", "MRZ2"}, set()),
        (Kind.ID_CARD, "passport", "koreanName", "", {"koreanName"}, set()),
        (Kind.ID_CARD, "passport", "MRZ2", "", {"MRZ2"}, set()),
    ],
)
def test_what_repeats_a_field_is_withheld_with_it(
    kind: Kind, id_type: str | None, omit: str, mask: str, omitted: set[str], masked: set[str]
) -> None:
    found = rules(f"{kind}={omit}" if omit else "", f"{kind}={mask}" if mask else "", kind, id_type)
    assert (set(found.omitted), set(found.masked)) == (omitted, masked)


def test_the_pairs_stay_together_when_they_are_kept() -> None:
    found = rules("credit-card=*+!cardNums", kind=Kind.CREDIT_CARD, id_type=None)
    assert [found.treatment(name) for name in ("cardNums", "totalCardNum", "validThru")] == [SHOW, SHOW, OMIT]


def test_every_field_of_every_card_can_be_omitted() -> None:
    for kind in Kind:
        for id_type, names in KIND_SPECS[kind].fields.items():
            scope = f"{kind}:{id_type}" if id_type else str(kind)
            for name in names:
                assert rules(f"{scope}={name}", "", kind, id_type).treatment(name) is OMIT


def specimen(name: str) -> dict[str, Any]:
    from schemas.example_files import read_example

    found: dict[str, Any] = read_example(name)["data"]["result"]
    return found


def test_no_field_of_a_passport_can_be_read_in_another_one() -> None:
    """The tables of repeated fields are complete for the specimen's passport."""
    values = {field["key"]: field["value"] for field in specimen("passport")["keyValues"]}
    # One or two letters stand anywhere.
    for (name, value), (other, text) in itertools.permutations(values.items(), 2):
        if len(value) > 2 and value.replace(" ", "<") in text:
            assert rules(f"id-card:passport={name}", id_type="passport").treatment(other) is OMIT, (name, other)
