"""Compliance rules that run in every synth. Suppressions sit on the construct they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Acknowledgment, CloudFormationValidatePlugin, Stack, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

if TYPE_CHECKING:
    from aws_cdk import App, CfnElement, CfnResource
    from constructs import Construct


def enforce_compliance(app: App, *, to_be_deployed: bool) -> None:
    """Make the synth fail on every finding that is not acknowledged.

    Parameters
    ----------
    app
        Its stacks are checked with cdk-nag's packs AwsSolutions and Serverless.
    to_be_deployed
        Whether to check the template against CloudFormation's own schemas too. That takes as long as everything else
        together; ``cdk.json`` makes its findings errors.
    """
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    if to_be_deployed:
        Validations.of(app).add_plugins(CloudFormationValidatePlugin())


def acknowledge(construct: Construct, reason: str, *rules: str) -> None:
    """Suppress findings on ``construct``.

    Parameters
    ----------
    construct
        The construct that the finding is about.
    reason
        Why the finding does not apply.
    rules
        ``S1`` for a rule of AwsSolutions, ``Serverless-SQSRedrivePolicy`` for one of Serverless, ``CKV_AWS_18`` for one
        of Checkov (``make lint-template``). All of them may report the same finding.
    """
    for rule in rules:
        if rule.startswith("CKV_"):
            _skip_checkov(construct, rule, reason)
            continue
        pack, name = ("Serverless", rule) if rule.startswith("Serverless") else ("AwsSolutions", f"AwsSolutions-{rule}")
        Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{name}", reason=reason))


def _skip_checkov(construct: Construct, rule: str, reason: str) -> None:
    """Add the metadata that Checkov reads from the template."""
    resource = cast("CfnResource", construct.node.default_child)
    known = (resource.get_metadata("checkov") or {"skip": []})["skip"]
    resource.add_metadata("checkov", {"skip": [*known, {"id": rule, "comment": reason}]})


def objects_rule(bucket: CfnElement, pattern: str) -> str:
    """Return the name of the rule for a permission on the objects of ``bucket`` whose keys match ``pattern``."""
    return f"IAM5[Resource::<{Stack.of(bucket).get_logical_id(bucket)}.Arn>/{pattern}]"
