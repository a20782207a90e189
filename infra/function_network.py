"""Connects a function to subnets, with the permissions that Lambda needs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.compliance import acknowledge

if TYPE_CHECKING:
    from collections.abc import Sequence

# The owner of subnets and groups that may be shared, and then belong to another account. Their ids identify them.
ANY_ACCOUNT = "*"
# Lambda calls EC2 with the function's role, and then this key is absent. AWS sets it on every call of the function's
# code ("Using source function ARN to control function access behavior"), which gets none of these permissions.
_LAMBDA_ITSELF = {"Null": {"lambda:SourceFunctionArn": "true"}}


def connect(
    function: lambda_.Function, *, subnet_ids: Sequence[str], security_group_ids: Sequence[str], owner: str
) -> None:
    """Let ``function`` run in subnets that belong to the account ``owner``.

    The CDK's own way (``vpc=``) attaches ``AWSLambdaVPCAccessExecutionRole``, which allows everything on every network
    interface of the account, to the function's code too.
    """
    # CloudFormation needs no id of the VPC, so nothing has to be looked up.
    cast("lambda_.CfnFunction", function.node.default_child).vpc_config = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=list(subnet_ids), security_group_ids=list(security_group_ids)
    )
    stack = Stack.of(function)
    subnets = [_arn(stack, f"subnet/{subnet}", owner) for subnet in subnet_ids]
    groups = [_arn(stack, f"security-group/{group}", owner) for group in security_group_ids]
    new_interface, anything = _arn(stack, "network-interface/*"), _arn(stack, "*/*")
    _allow(function, ["ec2:CreateNetworkInterface"], *subnets, *groups, new_interface)
    _allow(
        function,
        ["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
        anything,
    )
    # EC2's Describe actions have no resources.
    _allow(function, ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*")
    for reason, *resources in (
        ("The interface that Lambda creates has no id yet; the subnets and groups limit it.", new_interface),
        ("A shared subnet or group belongs to another account; its id identifies it.", *subnets, *groups),
        ("AWS's guide: a narrower resource may keep the function out of its network.", anything),
    ):
        acknowledge(_role(function), reason, *(_rule(stack, each) for each in resources if "*" in each))


def _allow(function: lambda_.Function, actions: list[str], *resources: str) -> None:
    function.add_to_role_policy(
        iam.PolicyStatement(actions=actions, resources=list(resources), conditions=_LAMBDA_ITSELF)
    )


def _role(function: lambda_.Function) -> iam.Role:
    return cast("iam.Role", function.role)


def _arn(stack: Stack, resource: str, account: str | None = None) -> str:
    return f"arn:{stack.partition}:ec2:{stack.region}:{account or stack.account}:{resource}"


def _rule(stack: Stack, arn: str) -> str:
    """Return cdk-nag's name of the finding about ``arn``."""
    for token, name in (
        (stack.partition, "<AWS::Partition>"),
        (stack.region, "<AWS::Region>"),
        (stack.account, "<AWS::AccountId>"),
    ):
        arn = arn.replace(token, name)
    return f"IAM5[Resource::{arn}]"
