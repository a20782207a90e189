from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.template import Template


# A physical name of ours, wherever CloudFormation takes one.
NAMES = {
    "BucketName", "QueueName", "TableName", "FunctionName", "RoleName", "ManagedPolicyName", "LogGroupName",
    "TopicName", "AlarmName", "DashboardName", "AliasName", "Name",
}  # fmt: skip


# Of a deployed stage. A name here is changed by whoever also tells operators how their data comes along.
IDS = {
    "EncryptionKey3A692D6E": "key",
    "VerificationClaimKey013B5192": "claim-key",
    "QueuesUploadsD1BE9270": "uploads",
    "QueuesUploadsDeadLettersFEE1EDB3": "uploads-dead-letters",
    "QueuesResultsAB5BD05C": "results",
    "QueuesResultsDeadLetters0D479E3E": "results-dead-letters",
    "StorageImagesCFC0E004": "images",
    "StorageDocumentsCD3FCE94": "documents",
    "StorageRequestKeys2CF35FE0": "request-keys",
    "StorageOcrSecret339AEADC": "secret",
    "AnalysisAnalyzeFunction4611A233": "analyze",
    "VerificationVerifyFunctionA2F03102": "verify",
    "VerificationVerifyFunctionFunctionUrlFFB1D408": "VerifyFunctionUrl",
    "AccessUploaderFA9017DD": "uploader",
    "AccessConsumerE4EFD6DE": "consumer",
    "AccessVerifierB30504D9": "verifier",
    "MonitoringTopic2EDA8B02": "topic",
}


def names(template: Template) -> Iterator[tuple[str, str]]:
    for resource in template.body["Resources"].values():
        for name, value in resource.get("Properties", {}).items():
            # A reference to something else in the stack is no name of its own.
            if name in NAMES and not (isinstance(value, dict) and {"Ref", "Fn::GetAtt"} & set(value)):
                yield resource["Type"], template.say(value)


def test_two_stages_live_in_one_account(template: Template, synth: Callable[..., Template]) -> None:
    other = synth(stage="prod")
    ours, theirs = set(names(template)), set(names(other))
    assert ours
    assert not ours & theirs


def test_a_stages_metrics_are_its_own(synth: Callable[..., Template]) -> None:
    other = synth(stage="prod")
    assert "SealedOcr/prod" in other.text
    assert "SealedOcr/dev" not in other.text


def test_a_stage_that_may_be_removed_leaves_nothing(synth: Callable[..., Template]) -> None:
    body = synth(removalPolicy="destroy").body
    assert "Retain" not in json.dumps(body)
    assert 'DeletionProtectionEnabled": true' not in json.dumps(body)


def test_an_upgrade_leaves_in_its_place_what_holds_data_and_what_others_name(template: Template) -> None:
    """CloudFormation knows a resource by this id: under another, a deployed stage gets a second, empty one."""
    ids = {id_: template.say({"Ref": id_}) for id_ in template.body["Resources"]}
    assert {id_: name for id_, name in ids.items() if not name.startswith("<")} == IDS


def test_nobodys_value_stands_in_the_template(template: Template) -> None:
    # No parameter to be filled, no look-up while deploying: what is written is what is deployed.
    assert "Parameters" not in template.body
    assert "secretKey" not in json.dumps(template.thing("analyze"))
