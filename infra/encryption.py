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

# What AWS names for each of these; the asterisks are its own spelling of one operation in several shapes.
_LOGS_ACTIONS = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
_TABLE_ACTIONS = _LOGS_ACTIONS
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
            _LOGS_ACTIONS,
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": self._own_log_groups()}},
        )

    def let_read(self, grantee: iam.IGrantable, *services: str) -> None:
        """Let ``grantee`` decrypt through ``services`` (``s3``, ``sqs``, ``secretsmanager``)."""
        self._grant(grantee, ["kms:Decrypt"], services)

    def let_send(self, grantee: iam.IGrantable, service: str) -> None:
        """Let ``grantee`` send or upload through ``service``: it makes a data key, and may use it again."""
        self._grant(grantee, _SEND_ACTIONS, (service,))

    def let_use_tables(self, grantee: iam.IGrantable) -> None:
        """Let ``grantee`` read and write items: DynamoDB uses the key in the caller's name."""
        self._grant(grantee, _TABLE_ACTIONS, ("dynamodb",))

    def _grant(self, grantee: iam.IGrantable, actions: list[str], services: tuple[str, ...]) -> None:
        region = Stack.of(self).region
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=actions,
                resources=[self.key.key_arn],
                conditions={
                    "StringEquals": {"kms:ViaService": [f"{name}.{region}.amazonaws.com" for name in services]}
                },
            )
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
