"""The stack's KMS key and its permissions.

Roles and managed policies have their own statements for the key, each limited to certain services
(``kms:ViaService``). The key policy names only the AWS services that use the key without a role of the stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.removal import removal_policy
from infra.settings import StageSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

# What AWS requires for logs and tables, with the wildcards of its documentation spelled out.
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
    """A customer managed key for all stored data, rotated every year.

    SQS needs no statement in the key policy: it uses the key on behalf of the sender or receiver.
    """

    def __init__(self, scope: Construct, id_: str, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{stack.stack_name}: images, messages, tables, secret and logs",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            removal_policy=removal_policy(settings),
        )
        # S3 sends events to an encrypted queue. AWS documents no condition here that S3 passes on (see
        # docs/policy-conditions.md); the queue's policy names the account.
        self._allow("UploadEvents", iam.ServicePrincipal("s3.amazonaws.com"), _SEND_ACTIONS)
        self._allow(
            "Alarms",
            iam.ServicePrincipal("cloudwatch.amazonaws.com"),
            _SEND_ACTIONS,
            {"StringEquals": {"aws:SourceAccount": stack.account}},
        )
        self._allow(
            "Logs",
            iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com"),
            _STORE_ACTIONS,
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": self._own_log_groups()}},
        )

    def reading(self, *services: str) -> iam.PolicyStatement:
        """Return the permission to decrypt through ``services`` (``s3``, ``sqs``, ``secretsmanager``)."""
        return self._through(["kms:Decrypt"], services)

    def sending(self, service: str) -> iam.PolicyStatement:
        """Return the permission to send or upload through ``service``, which creates data keys and reuses them."""
        return self._through(_SEND_ACTIONS, (service,))

    def using_tables(self) -> iam.PolicyStatement:
        """Return the permission to read and write items: DynamoDB uses the key on behalf of the caller."""
        return self._through(_STORE_ACTIONS, ("dynamodb",))

    def _through(self, actions: list[str], services: tuple[str, ...]) -> iam.PolicyStatement:
        region = Stack.of(self).region
        return iam.PolicyStatement(
            actions=actions,
            resources=[self.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": [f"{name}.{region}.amazonaws.com" for name in services]}},
        )

    def _allow(
        self,
        sid: str,
        principal: iam.ServicePrincipal,
        actions: list[str],
        conditions: Mapping[str, object] | None = None,
    ) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[principal],
                actions=actions,
                # In a key policy, the wildcard means this key only.
                resources=["*"],
                conditions=conditions,
            )
        )

    def _own_log_groups(self) -> str:
        """Return a pattern for the log groups of the stack.

        CloudFormation generates names that begin with the stack's. Naming a group here would be a circular dependency.
        """
        stack = Stack.of(self)
        return stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{stack.stack_name}-*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
