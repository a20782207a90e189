from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs

from infra.compliance import acknowledge, enforce_compliance

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.template import Template


# Each was reviewed together with its reason.
ACKNOWLEDGED = {
    ("AwsSolutions-DDB3", "Storage/RequestKeys"),
    ("AwsSolutions-IAM5", "Access/Uploader"),
    ("AwsSolutions-IAM5", "Access/UploadSigner"),
    ("AwsSolutions-IAM5", "Analysis/Analyze/Role"),
    ("AwsSolutions-IAM5", "Verification/Verify/Role"),
    ("AwsSolutions-L1", "Analysis/Analyze/Function"),
    ("AwsSolutions-L1", "Verification/Verify/Function"),
    ("AwsSolutions-S1", "Storage/Images"),
    ("AwsSolutions-SMG4", "Storage/OcrSecret"),
    ("Serverless-LambdaAsyncFailureDestination", "Analysis/Analyze/Function"),
    ("Serverless-LambdaAsyncFailureDestination", "Verification/Verify/Function"),
    ("Serverless-LambdaDLQ", "Analysis/Analyze/Function"),
    ("Serverless-LambdaDLQ", "Verification/Verify/Function"),
    ("Serverless-LambdaEventSourceMappingDestination", "Analysis/Analyze/Function/Uploads"),
    ("Serverless-LambdaLatestVersion", "Analysis/Analyze/Function"),
    ("Serverless-LambdaLatestVersion", "Verification/Verify/Function"),
    ("Serverless-SNSRedrivePolicy", "Monitoring/Notices/operator@example.com"),
    ("Serverless-SNSRedrivePolicy", "Monitoring/Topic/operator@example.com"),
    ("Serverless-SQSRedrivePolicy", "Queues/ResultsDeadLetters"),
    ("Serverless-SQSRedrivePolicy", "Queues/UploadsDeadLetters"),
}


CHECKOV = {
    "images": {"CKV_AWS_18"},
    "request-keys": {"CKV_AWS_28"},
    "claim-key": {"CKV_AWS_7"},
    "analyze": {"CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117", "CKV_AWS_173"},
    "verify": {"CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117", "CKV_AWS_173"},
}


def test_what_checkov_skips_was_reviewed(template: Template) -> None:
    """``make lint-template`` runs Checkov itself."""
    skipped = {
        template.render({"Ref": id_}): resource["Metadata"]["checkov"]["skip"]
        for id_, resource in template.body["Resources"].items()
        if "checkov" in resource.get("Metadata", {})
    }
    assert {name: {skip["id"] for skip in skips} for name, skips in skipped.items()} == CHECKOV
    assert all(len(skip["comment"].split()) >= 5 for skips in skipped.values() for skip in skips)


def test_the_deployed_stack_is_compliant(deployed: Path) -> None:
    """Check it with its package, against cdk-nag's rules and CloudFormation's schemas: a finding fails the synth."""
    report = json.loads(deployed.with_name("validation-report.json").read_text())["pluginReports"]
    # CloudFormation's own schemas were checked too; without findings they are not in the report.
    assert {plugin["pluginName"] for plugin in report} == {"AwsSolutions", "Serverless"}
    assert not [violation for plugin in report for violation in plugin["violations"]]
    suppressed = [found for plugin in report for found in plugin["suppressedViolations"]]
    where = {(found["ruleName"].split("[")[0], place(found["acknowledgedAt"])) for found in suppressed}
    assert where == ACKNOWLEDGED
    assert all(len(found["reason"].split()) >= 5 for found in suppressed)


def place(path: str) -> str:
    return path.removeprefix("SealedOcr-dev/")


def test_a_finding_fails_the_synth_until_it_is_acknowledged(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), analytics_reporting=False, builtin_cloud_formation_validation=False)
    queue = sqs.Queue(Stack(app, "Careless"), "Queue")
    enforce_compliance(app, to_be_deployed=False)
    with pytest.raises(RuntimeError, match="DLQ"):
        app.synth()
    acknowledge(queue, "Only for this test: it is not deployed.", "SQS4", "Serverless-SQSRedrivePolicy", "SQS3")
    app.synth(force=True)


def test_a_template_that_cloudformation_would_refuse_fails_the_synth(tmp_path: Path) -> None:
    rules = {"@aws-cdk/core:validateAgainstDefaultRules": True}
    app = App(outdir=str(tmp_path), context=rules, analytics_reporting=False, builtin_cloud_formation_validation=False)
    table = dynamodb.CfnTable(
        Stack(app, "Wrong"),
        "Table",
        key_schema=[dynamodb.CfnTable.KeySchemaProperty(attribute_name="id", key_type="HASH")],
        attribute_definitions=[dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name="id", attribute_type="S")],
        billing_mode="PAY_SOMEHOW",
    )
    acknowledge(table, "Only for this test: it is not deployed.", "DDB3")
    enforce_compliance(app, to_be_deployed=True)
    with pytest.raises(RuntimeError, match="CloudFormation Validate"):
        app.synth()
