from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.template import Template


# The properties in which CloudFormation accepts a physical name.
NAMES = {
    "BucketName", "QueueName", "TableName", "FunctionName", "RoleName", "ManagedPolicyName", "LogGroupName",
    "TopicName", "AlarmName", "DashboardName", "AliasName", "Name",
}  # fmt: skip


# The logical ids of deployed stages. A change here needs instructions for operators on how to migrate their data.
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
    "AccessUploadSignerAF02BBBD": "upload-signer",
    "AccessConsumerE4EFD6DE": "consumer",
    "AccessVerifierB30504D9": "verifier",
    "MonitoringNotices6CF00610": "notices",
    "MonitoringTopic2EDA8B02": "topic",
}


def names(template: Template) -> Iterator[tuple[str, str]]:
    for resource in template.body["Resources"].values():
        for name, value in resource.get("Properties", {}).items():
            # A reference to another resource is not a physical name.
            if name in NAMES and not (isinstance(value, dict) and {"Ref", "Fn::GetAtt"} & set(value)):
                yield resource["Type"], template.render(value)


def test_two_stages_fit_into_one_account(template: Template, synth: Callable[..., Template]) -> None:
    other = synth(stage="prod")
    ours, theirs = set(names(template)), set(names(other))
    assert ours
    assert not ours & theirs


def test_each_stage_has_its_own_metrics(synth: Callable[..., Template]) -> None:
    other = synth(stage="prod")
    assert "SealedOcr/prod" in other.text
    assert "SealedOcr/dev" not in other.text


def test_a_stage_with_the_removal_policy_destroy_leaves_nothing(synth: Callable[..., Template]) -> None:
    body = synth(removalPolicy="destroy", privateNetwork=True).body
    assert "Retain" not in json.dumps(body)
    assert 'DeletionProtectionEnabled": true' not in json.dumps(body)


def test_logical_ids_stay_the_same(template: Template) -> None:
    """With another logical id, an upgrade would create a second, empty resource in a deployed stage."""
    ids = {id_: template.render({"Ref": id_}) for id_ in template.body["Resources"]}
    assert {id_: name for id_, name in ids.items() if not name.startswith("<")} == IDS


def test_the_template_has_no_parameters_and_no_secrets(template: Template) -> None:
    # No parameters and no look-ups: the template is deployed as it is.
    assert "Parameters" not in template.body
    assert "secretKey" not in json.dumps(template.properties_of("analyze"))
