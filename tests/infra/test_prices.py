"""Every kind of call has a price, which the stack's output passes to the operators' tools."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sealed_ocr.common.billed_call import ID_CARD_CALLS, BilledCall
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.settings import SettingsError

from infra.prices import as_output, prices_per_thousand
from infra.settings import StageSettings
from tests.infra.template import Template

PRICES = {
    "pricePerThousandCreditCards": 50,
    "pricePerThousandIdCards": 60,
    "pricePerThousandIdCardsStandAlone": 70,
    "pricePerThousandVerifications": 80,
}


@pytest.mark.unit
def test_every_kind_of_document_and_a_verification_have_a_price() -> None:
    assert {call.value for call in BilledCall} == {*map(str, Kind), "verification"}
    assert {call.value for call in ID_CARD_CALLS} == {str(kind) for kind in Kind if kind.startswith("id-card")}
    given = prices_per_thousand(StageSettings.from_context(PRICES))
    assert given == dict(zip(BilledCall, (50, 60, 70, 80), strict=True))


@pytest.mark.unit
def test_a_price_that_is_not_set_is_left_out() -> None:
    assert as_output(StageSettings()) == "{}"
    settings = StageSettings.from_context({"pricePerThousandIdCards": "12.5"})
    assert json.loads(as_output(settings)) == {"id-card": 12.5}


@pytest.mark.unit
def test_the_former_setting_names_its_successors() -> None:
    with pytest.raises(SettingsError) as refused:
        StageSettings.from_context({"ocrPricePerThousand": 12.5})
    assert all(name in str(refused.value) for name in PRICES)


def test_the_stack_exports_the_prices(synth: Callable[..., Template]) -> None:
    outputs = synth(pricePerThousandVerifications=3).body["Outputs"]
    assert json.loads(outputs["PricesPerThousand"]["Value"]) == {"verification": 3.0}
