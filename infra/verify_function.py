"""The verify function: a claim in, a verdict out, behind a Function URL."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from sealed_ocr.common.setting_name import Setting

from infra import limits
from infra.claim_sealing import ClaimSealing
from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.pipeline_function import PipelineFunction
from infra.removal import removal_policy
from infra.settings import StageSettings
from infra.storage import Storage


class VerifyFunction(Construct):
    """The function ``verify``, its permissions, its URL, and the key for the HMAC of claims."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        encryption: Encryption,
        storage: Storage,
        sealing: ClaimSealing | None,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, id_)
        self.claim_key = self._claim_key(settings)
        verify = PipelineFunction(
            self,
            "Verify",
            service="verify",
            code=code,
            timeout_seconds=limits.VERIFY_TIMEOUT_SECONDS,
            call_timeout_seconds=limits.VERIFY_CALL_TIMEOUT_SECONDS,
            settings=settings,
            encryption=encryption,
            storage=storage,
            environment={
                Setting.CLAIM_HMAC_KEY_ID: self.claim_key.key_arn,
                Setting.LOCK_GUARD_DAYS: str(settings.lock_guard_days),
                **({Setting.CLAIM_SEAL_KEY_ID: sealing.key.key_arn} if sealing else {}),
            },
        )
        if sealing:
            verify.role.add_to_policy(sealing.opening())
        verify.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], storage.request_keys.table_arn)
        verify.allow(["kms:GenerateMac"], self.claim_key.key_arn)
        if not settings.simulate:
            verify.role.add_to_policy(encryption.reading("secretsmanager"))
        verify.role.add_to_policy(encryption.using_tables())
        self.function = verify.function
        # Only signed requests; IAM decides which callers are allowed.
        self.url = self.function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)

    def _claim_key(self, settings: StageSettings) -> kms.Key:
        """Return the key: claims and numbers are compared by their HMAC, never stored. KMS rotates no HMAC keys."""
        key = kms.Key(
            self,
            "ClaimKey",
            description=f"{Stack.of(self).stack_name}: tells whether a claim is the same as before",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=removal_policy(settings),
        )
        acknowledge(key, "KMS does not rotate HMAC keys.", "CKV_AWS_7")
        return key
