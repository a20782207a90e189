"""A message that withholds fields of the claim has the complete claim, sealed. Without KMS it goes out too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sealed_ocr.analysis.deadline import _LAST_SECONDS
from sealed_ocr.analysis.field_policy import FieldPolicy
from sealed_ocr.aws.claim_seal import ClaimSeal
from sealed_ocr.aws.clients import MAX_CALL_SECONDS, MAX_SEALING_SECONDS, Clients
from sealed_ocr.common.sealed_claim import SealedClaim
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS

from local.processes.aws_clients import AwsClients
from local.processes.child import ROOT
from tests.support.analyze_parts import Parts, metrics
from tests.support.canary import assert_clean
from tests.support.documents import NAME, Drawn, draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "document.analyzed.v1.json").read_text()))
EVERYTHING = FieldPolicy("id-card=*,id-card/stand-alone=*,credit-card=*", "")
COMPLETE = {"idType": "resident", "name": "갈매기끼룩", "residentNumber": "8304172958164", "issueDate": "20171129"}


@pytest.fixture
def key(aws: AwsClients) -> str:
    return aws.kms.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def seal(function_clients: Clients, key: str) -> ClaimSeal:
    """The function's own seal, which calls KMS through the proxy."""
    return ClaimSeal(function_clients.sealing_kms, key)


def opened(stage: Stage, key: str, event: dict[str, Any]) -> SealedClaim:
    seal = ClaimSeal(stage.aws.kms, key)
    return SealedClaim.decode(seal.open(event["id"], event["data"]["verification"]["sealedClaim"]))


def run(parts: Parts, drawn: Drawn, key: str = f"id-card/{NAME}.png") -> dict[str, Any]:
    parts.stage.announce(parts.stage.upload(drawn, key))
    assert parts.deliver() == []
    event = parts.stage.collect()[-1]
    SCHEMA.validate(event)
    return event


def test_the_sealed_claim_is_the_complete_one_of_this_request_key(
    make: Callable[..., Parts], stage: Stage, seal: ClaimSeal, key: str
) -> None:
    drawn = draw("resident")
    event = run(make(policy=EVERYTHING, seal=seal), drawn)
    verification = event["data"]["verification"]
    assert verification["request"] == {"idType": "resident"}
    assert verification["withheld"] == ["name", "residentNumber", "issueDate"]
    sealed = opened(stage, key, event)
    (item,) = stage.items(stage.request_keys)
    assert (sealed.key_hash, sealed.expires_at) == (item["keyHash"], int(item["keyExpiresAt"]))
    assert sealed.claim == COMPLETE
    tables = [stage.items(stage.documents), stage.items(stage.request_keys)]
    everything = json.dumps([stage.results, stage.result_attributes, tables], ensure_ascii=False)
    assert_clean(everything + stage.log_output, [*drawn.values, COMPLETE["residentNumber"]])


@pytest.mark.parametrize(
    ("policy", "image"),
    [
        (FieldPolicy("id-card=issuer", ""), "id-card/a.png"),
        (FieldPolicy("id-card:driver=name", ""), "id-card/a.png"),
        (EVERYTHING, "id-card/stand-alone/a.png"),
    ],
    ids=["complete", "uncovered", "no-offer"],
)
def test_what_needs_no_seal_has_none(
    make: Callable[..., Parts], proxy: Proxy, seal: ClaimSeal, policy: FieldPolicy, image: str
) -> None:
    event = run(make(policy=policy, seal=seal), draw("resident"), image)
    assert "sealedClaim" not in event["data"].get("verification", {})
    assert proxy.made("Encrypt") == []


def test_a_claim_that_lacks_a_field_is_sealed_without_it(
    make: Callable[..., Parts], stage: Stage, seal: ClaimSeal, key: str
) -> None:
    event = run(make(policy=EVERYTHING, seal=seal), draw("resident", issueDate="2017.l1.29"))
    verification = event["data"]["verification"]
    assert (verification["missing"], verification["withheld"]) == (["issueDate"], ["name", "residentNumber"])
    assert "issueDate" not in opened(stage, key, event).claim


@pytest.mark.parametrize("action", ["refuse", "drop-request", "drop-response"])
def test_without_kms_the_message_goes_out_and_nothing_is_paid_again(
    make: Callable[..., Parts],
    stage: Stage,
    proxy: Proxy,
    seal: ClaimSeal,
    action: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    proxy.fault("Encrypt", action)  # type: ignore[arg-type]  # one of its actions
    parts, drawn = make(policy=EVERYTHING, seal=seal), draw("resident")
    verification = run(parts, drawn)["data"]["verification"]
    assert "sealedClaim" not in verification
    assert verification["withheld"] == ["name", "residentNumber", "issueDate"]
    assert len(proxy.made("Encrypt")) <= 2
    assert stage.emulator.counters().paid.total == 1
    (line,) = (line for line in parts.logged() if line["event"] == "claim.not_sealed")
    assert line["fault"].startswith("Encrypt failed: ")
    parts.observability.metrics.flush()
    printed = capfd.readouterr().out
    stage.log_output += printed
    assert metrics(printed)["OfferNotKept"] == 1


@pytest.mark.unit
def test_all_that_follows_a_call_fits_into_its_reserve() -> None:
    """The offer, the seal, the message and the ledger, even if AWS hangs."""
    assert 3 * MAX_CALL_SECONDS + MAX_SEALING_SECONDS + _LAST_SECONDS <= ANALYZE_RESERVE_SECONDS
