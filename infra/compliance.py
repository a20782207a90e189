"""The review: rules that run in every synth. What we leave as it is, is said where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, CloudFormationValidatePlugin, Stack, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

if TYPE_CHECKING:
    from aws_cdk import App, CfnElement
    from constructs import Construct


def review(app: App, *, to_be_deployed: bool) -> None:
    """Let a finding of cdk-nag (AwsSolutions, Serverless) that nobody has acknowledged fail the synth.

    A template that is ``to_be_deployed`` is also held against CloudFormation's own schemas, which takes as long as all
    the rest together; ``cdk.json`` makes errors of what it finds.
    """
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    if to_be_deployed:
        Validations.of(app).add_plugins(CloudFormationValidatePlugin())


def acknowledge(construct: Construct, reason: str, *rules: str) -> None:
    """Leave a finding on ``construct`` as it is, for ``reason``.

    ``rules`` are named as ``S1`` for one of AwsSolutions, ``Serverless-SQSRedrivePolicy`` for one of the other;
    the same finding may come from both.
    """
    for rule in rules:
        pack, name = ("Serverless", rule) if rule.startswith("Serverless") else ("AwsSolutions", f"AwsSolutions-{rule}")
        Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{name}", reason=reason))


def below(resource: CfnElement, suffix: str) -> str:
    """The rule's name for a grant on everything under ``resource``."""
    return f"IAM5[Resource::<{Stack.of(resource).get_logical_id(resource)}.Arn>/{suffix}]"
