"""One of the two functions: its role, its log group, and what both have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.settings import Settings
from infra.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Mapping


class Function(Construct):
    """A handler on arm64 and Python 3.13 that may do what every handler of ours does, and nothing else yet.

    That is: write its own log, send traces, read the vendor's credentials.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        code: lambda_.Code,
        timeout_seconds: int,
        call_timeout_seconds: int,
        settings: Settings,
        encryption: Encryption,
        storage: Storage,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.log_group = self._log_group(settings, encryption)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # The streams of the one group: Lambda names them itself.
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], self.log_group.log_group_arn)
        self.allow(["secretsmanager:GetSecretValue"], storage.ocr_secret.ref)
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"{stack.stack_name}: {service}",
            handler=f"{service}.handler",
            code=code,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=settings.memory,
            timeout=Duration.seconds(timeout_seconds),
            # Adds the grant for X-Ray, which knows no resources, by itself.
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            role=self.role,
            environment={
                "OCR_ENDPOINT": settings.ocr_endpoint,
                "OCR_SECRET_ARN": storage.ocr_secret.ref,
                "REQUEST_KEYS_TABLE": storage.request_keys.table_name,
                "FUNCTION_TIMEOUT_SECONDS": str(timeout_seconds),
                "OCR_CALL_TIMEOUT_SECONDS": str(call_timeout_seconds),
                "POWERTOOLS_SERVICE_NAME": service,
                "POWERTOOLS_METRICS_NAMESPACE": f"SealedOcr/{settings.stage}",
                "POWERTOOLS_LOG_LEVEL": "INFO",
                # Events name objects, and objects may be named after people.
                "POWERTOOLS_LOGGER_LOG_EVENT": "false",
                **environment,
            },
        )

        self._acknowledge()

    def allow(self, actions: list[str], *resources: str) -> None:
        """Grant ``actions`` on exactly ``resources``."""
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=list(resources)))

    def _acknowledge(self) -> None:
        acknowledge(self.role, "X-Ray's actions know no resources.", "IAM5[Resource::*]")
        acknowledge(
            self.function,
            "The package holds wheels for Python 3.13; a newer one is a release of its own, built and tested as such.",
            "L1",
            "Serverless-LambdaLatestVersion",
        )
        acknowledge(
            self.function,
            "It is never invoked asynchronously: a queue with dead letters or a waiting caller stands before it.",
            "Serverless-LambdaDLQ",
        )

    def _log_group(self, settings: Settings, encryption: Encryption) -> logs.LogGroup:
        group = logs.LogGroup(
            self,
            "Log",
            encryption_key=encryption.key,
            removal_policy=RemovalPolicy(settings.removal_policy.upper()),
        )
        # The CDK's enumeration spells the numbers out; CloudFormation takes them as they are.
        cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = settings.log_retention_days
        return group
