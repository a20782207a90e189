"""With ``omitFields`` and ``maskFields`` the function gets the names, and a wrong name stops the synth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.common.settings import SettingsError

from infra.settings import StageSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.infra.template import Template


def variables(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template.properties_of("analyze")["Environment"]["Variables"]
    return {name: template.render(value) for name, value in found.items() if name.endswith("_FIELDS")}


def test_they_are_off_by_default(template: Template) -> None:
    assert variables(template) == {}


def test_the_function_gets_the_names(synth: Callable[..., Template]) -> None:
    omit = {"id-card/stand-alone": ["*"], "credit-card": ["validThru"]}
    assert variables(synth(omitFields=omit, maskFields="credit-card=cardNums")) == {
        "OMIT_FIELDS": "id-card/stand-alone=*,credit-card=validThru",
        "MASK_FIELDS": "credit-card=cardNums",
    }


ADRESS = """
Setting omitFields is 'id-card:resident=adress'; it must be names of fields; those of id-card:resident are name,
residentNumber, issueDate, issuer, or * for all, and after it !NAME for each that stays.
"""
SERIAL = """
Setting maskFields is {'id-card:driver': ['serialNum']}; it must be names of fields that have a mask; those of
id-card:driver are driverLicenseNumber, name, residentNumber, issueDate.
"""
KIND = """
Setting omitFields is 'passport=MRZ1'; it must be names of fields, once for each of credit-card, id-card,
id-card:resident, id-card:driver, id-card:passport, id-card/stand-alone, id-card/stand-alone:resident,
id-card/stand-alone:driver, id-card/stand-alone:passport.
"""
FORM = """
Setting omitFields is ['name']; it must be names of fields for each kind or idType, for example
id-card:resident=name+issuer,credit-card=*; leave it out for none.
"""


@pytest.mark.unit
@pytest.mark.parametrize(
    ("setting", "given", "sentence"),
    [
        ("omitFields", "id-card:resident=adress", ADRESS),
        ("maskFields", {"id-card:driver": ["serialNum"]}, SERIAL),
        ("omitFields", "passport=MRZ1", KIND),
        ("omitFields", ["name"], FORM),
    ],
)
def test_a_wrong_name_is_refused_with_those_that_are_right(setting: str, given: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as raised:
        StageSettings.from_context({setting: given})
    assert str(raised.value) == " ".join(sentence.split())


def seal_grants(template: Template, function: str) -> list[tuple[set[str], dict[str, Any]]]:
    return [
        (set(statement.actions), statement.conditions)
        for statement in template.grants(function)
        if "claim-seal-key" in statement.resources
    ]


@pytest.mark.parametrize("settings", [{}, {"omitFields": "credit-card=*"}], ids=["off", "no claim"])
def test_without_withheld_claims_there_is_no_key(synth: Callable[..., Template], settings: dict[str, str]) -> None:
    plain = synth(**settings)
    assert len(plain.resources("AWS::KMS::Key")) == 2
    assert "CLAIM_SEAL_KEY_ID" not in plain.text


def test_analyze_may_only_seal_and_verify_only_open(synth: Callable[..., Template]) -> None:
    sealing = synth(maskFields={"id-card": ["residentNumber"]})
    purpose = {"StringEquals": {"kms:EncryptionContext:purpose": "sealed-ocr-claim"}}
    assert seal_grants(sealing, "analyze") == [({"kms:Encrypt"}, purpose)]
    assert seal_grants(sealing, "verify") == [({"kms:Decrypt"}, purpose)]
    for function in ("analyze", "verify"):
        variables = sealing.properties_of(function)["Environment"]["Variables"]
        assert sealing.render(variables["CLAIM_SEAL_KEY_ID"]) == "claim-seal-key"
    key = sealing.properties_of("claim-seal-key")
    assert (key["EnableKeyRotation"], key["RotationPeriodInDays"]) == (True, 365)
    assert not any("claim-seal-key" in str(policy) for policy in sealing.resources("AWS::IAM::ManagedPolicy").values())
