"""The three analyses: results in the guide's format, encrypted with the request's key."""

import pytest

from tests.emulator.images import BOX, CARD, DRIVER, PASSPORT, RESIDENT, picture, specimen

CORNERS = {"x1": 10, "y1": 20, "x2": 110, "y2": 20, "x3": 110, "y3": 50, "x4": 10, "y4": 50}


def test_a_credit_card_result_has_the_guides_format(caller, emulator) -> None:
    response, sealed = caller.analyze("credit-card", specimen("credit-card"))
    result = response.result
    assert list(result) == [
        "fileType", "resolution", "cardNums", "totalCardNum", "cardNumBoxes", "validThru", "validThruBox",
    ]  # fmt: skip
    assert (result["fileType"], result["resolution"]) == ("png", "normal")
    assert [sealed.open(group["value"]) for group in result["cardNums"]] == CARD["cardNum"]
    assert all(0 <= group["conf"] <= 1 for group in result["cardNums"])
    assert sealed.open(result["totalCardNum"]) == "4111111111111111"
    assert result["cardNumBoxes"] == [CORNERS] * 4
    assert sealed.open(result["validThru"]["value"]) == "04/29"
    assert result["validThruBox"] == CORNERS
    assert "Request-Key" not in response.headers
    assert response.headers["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("operation", ["id-card", "id-card/stand-alone"])
@pytest.mark.parametrize(("document", "fields"), [("resident", RESIDENT), ("driver", DRIVER), ("passport", PASSPORT)])
def test_an_id_card_result_has_the_guides_format(caller, operation, document, fields) -> None:
    response, sealed = caller.analyze(operation, specimen(document))
    result = response.result
    assert list(result) == ["fileType", "resolution", "idType", "keyValues", "boxes"]
    assert result["idType"] == document
    opened = {pair["key"]: sealed.open(pair["value"]) for pair in result["keyValues"]}
    assert {key: value for key, value in opened.items() if value not in ("", "none")} == {
        key: value for key, (value,) in fields.items()
    }
    assert len(result["boxes"]) == len(fields)
    assert result["keyValues"][0]["bbox"] == CORNERS
    assert ("Request-Key" in response.headers) == (operation == "id-card")


def test_an_image_without_a_document_is_refused_and_not_paid(caller, emulator) -> None:
    assert caller.analyze("credit-card", picture())[0].code == 4000111
    assert caller.analyze("id-card", picture())[0].code == 4000121
    assert emulator.counters().paid.total == 0
    assert len(BOX) == 4
