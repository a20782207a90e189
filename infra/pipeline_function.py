"""What both functions have in common: role, log group, runtime and environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from sealed_ocr.common.setting_name import Setting

from infra import limits
from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.log_group import log_group
from infra.metrics import StageMetrics
from infra.settings import StageSettings
from infra.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Mapping


class PipelineFunction(Construct):
    """A handler on arm64 and Python 3.13 with the permissions that both need.

    It may write its own log and send traces. Unless the stage is simulated, it may read the vendor's credentials.
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
        settings: StageSettings,
        encryption: Encryption,
        storage: Storage,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.log_group = log_group(self, "Log", settings=settings, encryption=encryption)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # On the group, because Lambda chooses the names of its streams.
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], self.log_group.log_group_arn)
        if not settings.simulate:
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
            # This also adds the permission for X-Ray, whose actions have no resources.
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            role=self.role,
            # For an asynchronous invocation, which nothing of the stack makes. Nobody decided to repeat a claim.
            retry_attempts=0,
            max_event_age=Duration.seconds(limits.MAX_EVENT_AGE_SECONDS),
            environment={
                Setting.OCR_ENDPOINT: settings.ocr_endpoint,
                Setting.OCR_OAUTH_ENDPOINT: settings.oauth_endpoint,
                Setting.OCR_SECRET_ARN: storage.ocr_secret.ref,
                Setting.REQUEST_KEYS_TABLE: storage.request_keys.table_name,
                **({Setting.SIMULATE: "true"} if settings.simulate else {}),
                Setting.FUNCTION_TIMEOUT_SECONDS: str(timeout_seconds),
                Setting.OCR_CALL_TIMEOUT_SECONDS: str(call_timeout_seconds),
                "POWERTOOLS_SERVICE_NAME": service,
                "POWERTOOLS_METRICS_NAMESPACE": StageMetrics(settings.stage).namespace,
                "POWERTOOLS_LOG_LEVEL": "INFO",
                # Events contain object keys, which may contain people's names.
                "POWERTOOLS_LOGGER_LOG_EVENT": "false",
                **environment,
            },
        )
        self._acknowledge()

    def allow(self, actions: list[str], *resources: str) -> None:
        """Allow ``actions`` on exactly ``resources``."""
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=list(resources)))

    def _acknowledge(self) -> None:
        acknowledge(self.role, "X-Ray's actions have no resources.", "IAM5[Resource::*]")
        acknowledge(
            self.function,
            "The package contains wheels for Python 3.13; a newer Python is a release of its own, built and tested.",
            "L1",
            "Serverless-LambdaLatestVersion",
        )
        acknowledge(
            self.function,
            "A queue with a dead-letter queue or a waiting caller invokes it; a failed asynchronous event is dropped.",
            "Serverless-LambdaDLQ",
            "CKV_AWS_116",
        )
        acknowledge(
            self.function,
            "Lambda refuses reserved concurrency in new accounts; the event source limits the analyze function.",
            "CKV_AWS_115",
        )
        acknowledge(
            self.function,
            "A network is a setting (docs/networking.md). Without one, AWS's services authenticate every request.",
            "CKV_AWS_117",
        )
        acknowledge(
            self.function,
            "The environment holds names and limits; the credentials are in Secrets Manager under the stack's key.",
            "CKV_AWS_173",
        )
        acknowledge(
            self.function,
            "An event holds a claim or an object key; a destination would keep them in another queue.",
            "Serverless-LambdaAsyncFailureDestination",
        )
