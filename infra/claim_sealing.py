"""The key of sealed claims: of messages that withhold fields of a claim."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct
from sealed_ocr.common.sealed_claim import PURPOSE

from infra.removal import removal_policy
from infra.settings import StageSettings


class ClaimSealing(Construct):
    """A key that the analyze function encrypts with, and the verify function decrypts with.

    It is not the stack's key: consumers may decrypt with that one.
    """

    def __init__(self, scope: Construct, id_: str, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            description=f"{Stack.of(self).stack_name}: seals claims for the verify function",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            removal_policy=removal_policy(settings),
        )

    def sealing(self) -> iam.PolicyStatement:
        """Return the permission to seal claims."""
        return self._for_claims("kms:Encrypt")

    def opening(self) -> iam.PolicyStatement:
        """Return the permission to open sealed claims."""
        return self._for_claims("kms:Decrypt")

    def _for_claims(self, action: str) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            actions=[action],
            resources=[self.key.key_arn],
            conditions={"StringEquals": {"kms:EncryptionContext:purpose": PURPOSE}},
        )
