"""The five calls against the emulator, over HTTP and over TLS."""

import base64
import hashlib

import pytest
from sealed_ocr.claims import Offer, offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.client import Analysis
from sealed_ocr.ocr.errors import CardLocked, RequestKeyInvalid

from emulator.faults.kinds import Variation
from tests.emulator.images import DOCUMENTS, DRIVER, PASSPORT, RESIDENT, specimen
from tests.functions.ocr.callers import Image, caller_of
from tests.functions.ocr.conftest import PERSONAL
from tests.support.canary import assert_clean, exception_text

ID_CARDS = {"resident": RESIDENT, "driver": DRIVER, "passport": PASSPORT}


def printed(document):
    return {key: values[0] for key, values in ID_CARDS[document].items()}


def offered_by(analysis) -> Offer:
    offered = offer(analysis.result)
    assert offered is not None
    return offered


def read_fields(analysis):
    """Return the fields that were read. The guide has "none" for a licence without a condition."""
    return {
        field["key"]: field["value"] for field in analysis.result["keyValues"] if field["value"] not in ("", "none")
    }


def test_a_credit_card_is_read(any_caller, any_emulator) -> None:
    analysis = any_caller.analyze(specimen("credit-card"))
    assert [number["value"] for number in analysis.result["cardNums"]] == DOCUMENTS["credit-card"]["cardNum"]
    assert analysis.result["totalCardNum"] == "4111111111111111"
    assert analysis.result["validThru"]["value"] == "04/29"
    assert analysis.request_key is None
    counts = any_emulator.counters()
    assert counts.calls == {"public-keys": 1, "credit-card": 1}
    assert counts.public_key_fetches == {"credit-card": 1}
    assert counts.paid.total == 1


@pytest.mark.parametrize("document", ID_CARDS)
def test_an_id_card_is_read_with_its_request_key(any_caller, any_emulator, document) -> None:
    analysis = any_caller.analyze(specimen(document), Kind.ID_CARD)
    assert analysis.result["idType"] == document
    assert read_fields(analysis) == printed(document)
    assert analysis.request_key
    assert any_emulator.counters().public_key_fetches == {"id-card": 1}


@pytest.mark.parametrize("document", ID_CARDS)
def test_an_id_card_read_stand_alone_has_no_request_key(any_caller, any_emulator, document) -> None:
    analysis = any_caller.analyze(specimen(document), Kind.ID_CARD_STAND_ALONE)
    assert read_fields(analysis) == printed(document)
    assert analysis.request_key is None
    assert any_emulator.counters().calls == {"public-keys": 1, "id-card/stand-alone": 1}


@pytest.mark.parametrize("document", ID_CARDS)
def test_the_unchanged_offered_claim_is_authentic(any_caller, any_emulator, document) -> None:
    analysis = any_caller.analyze(specimen(document), Kind.ID_CARD)
    offered = offered_by(analysis)
    assert offered.missing == []
    assert any_caller.verify(analysis.request_key, offered.request) is True
    with pytest.raises(RequestKeyInvalid) as refused:
        any_caller.verify(analysis.request_key, offered.request)
    assert refused.value.code == 4000122
    counts = any_emulator.counters()
    assert list(counts.verdicts.values()) == [1]
    assert counts.calls["id-card/authenticity"] == 2
    assert counts.repeated_symmetric_keys == 0


def test_a_request_key_of_the_other_version_of_the_api_is_not_sent(caller, emulator) -> None:
    analysis = caller.analyze(specimen("resident"), Kind.ID_CARD)
    assert analysis.request_key.startswith("v2.0 ")
    other = analysis.request_key.replace("v2.0", "v2.1")
    with pytest.raises(RequestKeyInvalid, match="other version") as refused:
        caller.verify(other, offered_by(analysis).request)
    assert_clean(exception_text(refused.value), [analysis.request_key.split()[-1]])
    assert "id-card/authenticity" not in emulator.counters().calls


def test_a_request_key_that_an_older_release_stored_is_one_of_version_2_0(caller) -> None:
    analysis = caller.analyze(specimen("resident"), Kind.ID_CARD)
    assert caller.verify(analysis.request_key.removeprefix("v2.0 "), offered_by(analysis).request) is True


def test_an_edited_claim_is_not_authentic(caller) -> None:
    analysis = caller.analyze(specimen("resident"), Kind.ID_CARD)
    claim = offered_by(analysis).request | {"name": "홍길순"}
    assert caller.verify(analysis.request_key, claim) is False


def test_five_wrong_issue_dates_lock_the_card(caller) -> None:
    image = specimen("resident", residentNumber="760606-1111111")
    claim = offered_by(caller.analyze(image, Kind.ID_CARD)).request
    for day in range(10, 15):
        assert (
            caller.verify(caller.analyze(image, Kind.ID_CARD).request_key, claim | {"issueDate": f"201001{day}"})
            is False
        )
    with pytest.raises(CardLocked) as refused:
        caller.verify(caller.analyze(image, Kind.ID_CARD).request_key, claim)
    assert refused.value.code == 4000123


@pytest.mark.parametrize("size", [4095, 4096, 4097, 8191, 8192, 8193, 8207, 8208, 8209])
@pytest.mark.parametrize("chunk_bytes", [1, 16, 4096])
def test_an_image_of_any_length_arrives_unchanged(caller, emulator, size, chunk_bytes) -> None:
    """Bytes after an image's end are ignored, so an image can have any length around the block boundaries."""
    image = Image(specimen("credit-card").ljust(size), chunk_bytes=chunk_bytes)
    assert image.size == size
    caller.analyze(image)
    assert emulator.counters().paid.by_image == {hashlib.sha256(image.content).hexdigest(): 1}


def test_every_request_has_its_own_symmetric_key(caller, emulator) -> None:
    for _ in range(5):
        caller.analyze(specimen("credit-card"))
    assert emulator.counters().repeated_symmetric_keys == 0
    assert emulator.counters().public_key_fetches == {"credit-card": 1}


@pytest.mark.parametrize("form", ["unknown-members", "total-card-num-list", "null-values", "empty-values"])
def test_unusual_but_valid_responses_are_accepted(caller, emulator, form) -> None:
    emulator.fault(Variation(form=form, operation="credit-card"))
    result = caller.analyze(specimen("credit-card")).result
    numbers = [number["value"] for number in result["cardNums"]]
    if form == "unknown-members":
        assert result["futureMember"] == {"nested": [1, 2.5, None, "text"]}
    if form == "total-card-num-list":
        assert result["totalCardNum"] == ["4111111111111111"]
    blank = {"null-values": None, "empty-values": ""}
    assert numbers == ([blank[form]] * 4 if form in blank else DOCUMENTS["credit-card"]["cardNum"])


@pytest.mark.parametrize(("name", "kind"), [("credit-card", Kind.CREDIT_CARD), ("resident", Kind.ID_CARD)])
def test_malformed_members_that_are_not_sealed_are_left_out(caller, emulator, name, kind) -> None:
    whole = caller.analyze(specimen(name), kind).result
    emulator.fault(Variation(form="malformed-boxes"))
    result = caller.analyze(specimen(name), kind).result
    assert (
        result.keys()
        == {"idType", "keyValues"} & whole.keys() | {"cardNums", "totalCardNum", "validThru"} & whole.keys()
    )
    assert result.keys() < whole.keys()
    for field, other in zip(result.get("keyValues", []), whole.get("keyValues", []), strict=True):
        assert field == {member: other[member] for member in ("key", "value", "conf")}


def test_a_weak_key_is_used_and_counted(emulator) -> None:
    emulator.rotate("credit-card", bits=1024)
    try:
        weak = caller_of(emulator)
        weak.analyze(specimen("credit-card"))
        assert weak.recorded == {"public_key.fetched": 1, "public_key.weak": 1, "ocr.answered": 1}
    finally:
        emulator.rotate("credit-card")
    strong = caller_of(emulator)
    strong.analyze(specimen("credit-card"))
    assert strong.recorded == {"public_key.fetched": 1, "ocr.answered": 1}


def test_the_repr_of_objects_with_secrets_hides_the_secrets(caller) -> None:
    analysis = caller.analyze(specimen("resident"), Kind.ID_CARD)
    assert isinstance(analysis, Analysis)
    assert analysis.request_key is not None
    issued = analysis.request_key.removeprefix("v2.0 ")
    offered = offer(analysis.result)
    shown = " ".join(map(repr, (analysis, offered, caller.secret, caller.client, caller.transport)))
    assert_clean(
        shown,
        [
            caller.secret.app_key,
            caller.secret.secret_key,
            issued,
            base64.b64encode(issued.encode()),
            *PERSONAL,
        ],
    )
