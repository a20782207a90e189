"""The verification: one claim, one verdict, behind a Function URL."""

from __future__ import annotations

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import limits
from infra.encryption import Encryption
from infra.pipeline_function import Function
from infra.settings import Settings
from infra.storage import Storage


class Verification(Construct):
    """The function ``verify``, what it may do, its URL, and the key that tells one claim from another."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        encryption: Encryption,
        storage: Storage,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, id_)
        claims = self._claim_key(settings)
        verify = Function(
            self,
            "Verify",
            service="verify",
            code=code,
            timeout_seconds=limits.VERIFY_TIMEOUT_SECONDS,
            call_timeout_seconds=limits.VERIFY_CALL_TIMEOUT_SECONDS,
            settings=settings,
            encryption=encryption,
            storage=storage,
            environment={"CLAIM_HMAC_KEY_ID": claims.key_arn},
        )
        verify.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], storage.request_keys.table_arn)
        verify.allow(["kms:GenerateMac"], claims.key_arn)
        verify.role.add_to_policy(encryption.reading("secretsmanager"))
        verify.role.add_to_policy(encryption.using_tables())
        self.function = verify.function
        # Signed requests alone: whoever may ask is said in IAM.
        self.url = self.function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)

    def _claim_key(self, settings: Settings) -> kms.Key:
        """A claim is compared by its HMAC, never kept. KMS does not rotate such keys by itself."""
        return kms.Key(
            self,
            "ClaimKey",
            description=f"{Stack.of(self).stack_name}: tells whether a claim is the same as before",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=RemovalPolicy(settings.removal_policy.upper()),
        )
