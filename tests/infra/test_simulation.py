"""With ``simulate`` the functions call no OCR service and may not read its secret; production stages refuse it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.settings import SettingsError

from infra.prices import prices_per_thousand
from infra.settings import StageSettings
from ops.common.images import current_version, possible_events
from tests.infra.deployed_functions import DeployedFunctions
from tests.infra.grants import Grant, allowed_by_endpoints, granted, needed
from tests.support.documents import draw
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.template import Template

OF_THE_SECRET = {Grant("secretsmanager:GetSecretValue", "secret"), Grant("kms:Decrypt", "key", "secretsmanager")}
CALLS = {
    "analyze": {
        Grant("s3:GetObject", "images/*"),
        Grant("s3:GetObjectVersion", "images/*"),
        Grant("sqs:SendMessage", "results"),
        Grant("sqs:SendMessage", "uploads-dead-letters"),
        Grant("sqs:ChangeMessageVisibility", "uploads"),
        Grant("dynamodb:UpdateItem", "documents"),
        Grant("dynamodb:UpdateItem", "request-keys"),
    },
    "verify": {
        Grant("dynamodb:GetItem", "request-keys"),
        Grant("dynamodb:UpdateItem", "request-keys"),
        Grant("kms:GenerateMac", "claim-key"),
    },
}
FUNCTIONS = [*CALLS]
FOLDERS = {
    "credit-card/simulate/analyzed-card": "analyzed",
    "credit-card/simulate/unavailable": "analyzed",
    "id-card/simulate/delayed": "delayed",
    "id-card/simulate/rejected-4000121": "rejected",
    **{f"id-card/simulate/analyzed-resident/verdict-{name}": "analyzed" for name in ("true", "locked", "lost")},
}


@pytest.fixture(scope="module")
def simulated(synth: Callable[..., Template]) -> Template:
    return synth(simulate="true", privateNetwork=True)


@pytest.fixture(scope="module")
def real(synth: Callable[..., Template]) -> Template:
    """The same stage, not simulated."""
    return synth(privateNetwork=True)


@pytest.fixture(scope="module")
def deployed(simulated: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedFunctions]:
    with DeployedFunctions(simulated, tmp_path_factory.mktemp("simulated")) as deployed:
        yield deployed


@pytest.fixture(scope="module")
def messages(deployed: DeployedFunctions) -> dict[str, Any]:
    """Every path to a message and a verdict was taken; the messages by the folder of their key."""
    s3 = deployed.aws.s3
    for folder in FOLDERS:
        s3.put_object(Bucket=deployed.bucket, Key=f"{folder}/a.png", Body=draw("credit-card").content)
    # Sent again with the version: the emulated S3 does not name it, the real one does.
    versioned = possible_events(current_version(s3, deployed.bucket, "credit-card/simulate/analyzed-card/a.png"))[0]
    deployed.uploads.send(versioned.body, None)
    for _ in range(3):
        deployed.deliver()
        deployed.uploads.show_hidden()
    assert len(deployed.uploads) == 0
    found = [json.loads(message["Body"]) for message in deployed.results.drain()]
    return {message["subject"].removesuffix("/a.png"): message for message in found}


def verdict(deployed: DeployedFunctions, message: Any, **headers: str) -> tuple[int, Any]:
    body = json.dumps(message["data"]["verification"]["request"]).encode()
    answer = json.loads(deployed.invoke("verify", event(message["id"], body, headers)).payload)
    content = json.loads(answer["body"])
    return answer["statusCode"], content.get("type", content.get("isAuthenticity"))


def test_every_outcome_arrives_and_says_that_it_is_simulated(messages: dict[str, Any]) -> None:
    assert {folder: message["type"].split(".")[2] for folder, message in messages.items()} == FOLDERS
    assert all(message["data"]["document"]["simulated"] is True for message in messages.values())


def test_verdicts_are_those_of_the_keys_and_permissions_equal_calls(
    simulated: Template, real: Template, deployed: DeployedFunctions, messages: dict[str, Any]
) -> None:
    of = {name: messages[f"id-card/simulate/analyzed-resident/verdict-{name}"] for name in ("true", "locked", "lost")}
    key = {"Idempotency-Key": "once"}
    assert [verdict(deployed, of["true"], **key) for _ in range(2)] == [(200, True)] * 2
    assert verdict(deployed, of["true"]) == (409, "request-key-spent")
    assert verdict(deployed, of["locked"]) == (423, "card-locked")
    assert [verdict(deployed, of["lost"]) for _ in range(2)] == [(504, "outcome-unknown"), (409, "request-key-spent")]
    assert deployed.ocr.counters().calls == {}
    for function in FUNCTIONS:
        did = needed(deployed.proxy.calls, function, deployed.resources)
        assert did == CALLS[function]
        assert granted(simulated, function) == granted(real, function) - OF_THE_SECRET
        by_s3_itself = {Grant("s3:ListBucket", "images")} if function == "analyze" else set()
        assert allowed_by_endpoints(simulated, function) == did | by_s3_itself


def test_other_stages_are_unchanged(template: Template, simulated: Template) -> None:
    for function in FUNCTIONS:
        assert "SIMULATE" not in template.properties_of(function)["Environment"]["Variables"]
        assert simulated.properties_of(function)["Environment"]["Variables"]["SIMULATE"] == "true"
        assert granted(template, function) >= OF_THE_SECRET
    assert "Simulated" not in template.body["Outputs"]
    assert json.loads(simulated.body["Outputs"]["Simulated"]["Value"]) == {"maxUnknownAttempts": 2}


def test_the_secret_and_the_stored_data_stay(real: Template, simulated: Template) -> None:
    """A stage can become simulated and real again: it loses nothing but the endpoint for the secret."""
    before, after = real.body["Resources"], simulated.body["Resources"]
    lost = [before[id_] for id_ in before.keys() - after.keys()]
    assert [each["Type"] for each in lost] == ["AWS::EC2::VPCEndpoint"]
    assert "secretsmanager" in real.render(lost[0]["Properties"]["ServiceName"])
    assert not after.keys() - before.keys()


@pytest.mark.unit
@pytest.mark.parametrize("stage", ["prod", "production"])
def test_a_production_stage_cannot_be_simulated(stage: str) -> None:
    with pytest.raises(SettingsError) as refused:
        StageSettings.from_context({"simulate": "true", "stage": stage})
    assert str(refused.value) == (
        f"Setting simulate is True; it must be false when stage is {stage}: it would invent what is on the documents."
    )
    assert not StageSettings.from_context({"simulate": "false", "stage": stage}).simulate
    assert StageSettings.from_context({"simulate": True, "stage": "staging"}).simulate


@pytest.mark.unit
def test_a_simulated_call_costs_nothing_whatever_the_price() -> None:
    settings = StageSettings.from_context({"simulate": True, "pricePerThousandIdCards": 60})
    assert prices_per_thousand(settings) == dict.fromkeys(BilledCall, 0.0)
