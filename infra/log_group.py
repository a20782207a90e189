"""A log group of the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_logs as logs

from infra.removal import removal_policy

if TYPE_CHECKING:
    from constructs import Construct

    from infra.encryption import Encryption
    from infra.settings import StageSettings


def log_group(scope: Construct, id_: str, *, settings: StageSettings, encryption: Encryption) -> logs.LogGroup:
    """Return a group that is encrypted with the stack's key and kept for the stage's time."""
    group = logs.LogGroup(scope, id_, encryption_key=encryption.key, removal_policy=removal_policy(settings))
    # The CDK's enumeration has a name for each number; CloudFormation accepts the number itself.
    cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = settings.log_retention_days
    return group
