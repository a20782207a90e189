"""What CloudFormation does with resources that hold data when a stage is rolled back, changed or deleted."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.settings import StageSettings


def removal_policy(settings: StageSettings) -> RemovalPolicy:
    """Return the policy of a resource that CloudFormation can delete while it is empty.

    With ``retain``, a first deployment that fails still removes what it created (``RetainExceptOnCreate``). From then
    on the resource is kept.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.removal_policy == "retain" else RemovalPolicy.DESTROY
