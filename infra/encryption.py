"""The stack's own key, and who may use it.

The roles and managed policies say in their own statements what they do with the key, each through one service
(``kms:ViaService``). The key policy names only the AWS services that come without a role of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Mapping

# What AWS asks for logs and for tables, with the asterisks of its documentation spelled out.
_STORE_ACTIONS = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
]
_SEND_ACTIONS = ["kms:GenerateDataKey", "kms:Decrypt"]


class Encryption(Construct):
    """A customer key for everything that is stored, rotated every year.

    SQS needs no statement of its own: it uses the key in the name of whoever sends or receives.
    """

    def __init__(self, scope: Construct, id_: str, removal_policy: RemovalPolicy) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{stack.stack_name}: images, messages, tables, secret and logs",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            removal_policy=removal_policy,
        )
        of_this_account = {"StringEquals": {"aws:SourceAccount": stack.account}}
        # S3 announces an upload on an encrypted queue. The bucket itself cannot be named here: the bucket needs the
        # key first, and the circle would not deploy.
        self._allow("UploadEvents", iam.ServicePrincipal("s3.amazonaws.com"), _SEND_ACTIONS, of_this_account)
        self._allow("Alarms", iam.ServicePrincipal("cloudwatch.amazonaws.com"), _SEND_ACTIONS, of_this_account)
        self._allow(
            "Logs",
            iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com"),
            _STORE_ACTIONS,
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": self._own_log_groups()}},
        )

    def reading(self, *services: str) -> iam.PolicyStatement:
        """The grant to decrypt through ``services`` (``s3``, ``sqs``, ``secretsmanager``)."""
        return self._through(["kms:Decrypt"], services)

    def sending(self, service: str) -> iam.PolicyStatement:
        """The grant to send or upload through ``service``: a data key is made, and may be used again."""
        return self._through(_SEND_ACTIONS, (service,))

    def using_tables(self) -> iam.PolicyStatement:
        """The grant to read and write items: DynamoDB uses the key in the caller's name."""
        return self._through(_STORE_ACTIONS, ("dynamodb",))

    def _through(self, actions: list[str], services: tuple[str, ...]) -> iam.PolicyStatement:
        region = Stack.of(self).region
        return iam.PolicyStatement(
            actions=actions,
            resources=[self.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": [f"{name}.{region}.amazonaws.com" for name in services]}},
        )

    def _allow(
        self, sid: str, principal: iam.ServicePrincipal, actions: list[str], conditions: Mapping[str, object]
    ) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[principal],
                actions=actions,
                # In a key policy the asterisk is this key, and no other.
                resources=["*"],
                conditions=conditions,
            )
        )

    def _own_log_groups(self) -> str:
        """The names that CloudFormation generates begin with the stack's; naming a group here would be a circle."""
        stack = Stack.of(self)
        return stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{stack.stack_name}-*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
