"""What is kept: images for a while, the ledger and the Request-Keys until their time is up, the vendor's secret."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.queues import Queues
from infra.settings import LONGEST_WAIT_DAYS, Settings


class Storage(Construct):
    """The image bucket, which announces its uploads, the two tables and the secret."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, encryption: Encryption, queues: Queues
    ) -> None:
        super().__init__(scope, id_)
        self._encryption = encryption
        self._removal_policy = RemovalPolicy(settings.removal_policy.upper())
        self.images = self._bucket(settings.image_retention_days)
        self._refuse_other_keys()
        self._announce_uploads(queues)
        self.documents = self._table("Documents", recoverable=True)
        self.request_keys = self._table("RequestKeys", recoverable=False)
        # Without a value: an operator puts it in, and no template, log or shell history has ever seen it.
        self.ocr_secret = secretsmanager.CfnSecret(
            self,
            "OcrSecret",
            description='The OCR service\'s credentials: {"appKey": "...", "secretKey": "..."}',
            kms_key_id=encryption.key.key_arn,
        )
        self.ocr_secret.apply_removal_policy(self._removal_policy)
        self._acknowledge()

    @property
    def cfn_images(self) -> s3.CfnBucket:
        """The bucket as CloudFormation sees it."""
        return cast("s3.CfnBucket", self.images.node.default_child)

    def _acknowledge(self) -> None:
        acknowledge(
            self.images,
            "Object keys may name people, and access logs would spread them; CloudTrail's data events can be turned "
            "on where an audit asks for them.",
            "S1",
        )
        acknowledge(
            self.ocr_secret,
            "The vendor issues the secret in its console and has no API to rotate it; docs/operations.md says how.",
            "SMG4",
        )
        acknowledge(
            self.request_keys,
            "A backup would keep a Request-Key for weeks that is to be forgotten after an hour.",
            "DDB3",
        )

    def _bucket(self, retention_days: int) -> s3.Bucket:
        """A version that was overwritten at once must still outlast its dead letter, so it is kept that long more.

        The two periods add up to the setting: no version of an image is ever older.
        """
        return s3.Bucket(
            self,
            "Images",
            versioned=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._encryption.key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="images",
                    expiration=Duration.days(retention_days - LONGEST_WAIT_DAYS),
                    noncurrent_version_expiration=Duration.days(LONGEST_WAIT_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                # S3 does not take this one together with a number of days.
                s3.LifecycleRule(id="delete-markers", expired_object_delete_marker=True),
            ],
            removal_policy=self._removal_policy,
        )

    def _refuse_other_keys(self) -> None:
        """The bucket's encryption is only what holds when an upload names none: ``aws:kms`` alone is a key of AWS's."""
        named = "s3:x-amz-server-side-encryption"
        self.images.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OtherEncryption",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[self.images.arn_for_objects("*")],
                conditions={
                    "Null": {named: "false"},
                    "StringNotEquals": {f"{named}-aws-kms-key-id": self._encryption.key.key_arn},
                },
            )
        )

    def _announce_uploads(self, queues: Queues) -> None:
        """By the bucket's own property: the CDK's helper brings a function of its own and a circle through the key."""
        self.cfn_images.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=queues.uploads.queue_arn)
            ]
        )
        # S3 checks when the bucket is made that it may send.
        self.images.node.add_dependency(queues.uploads)

    def _table(self, id_: str, *, recoverable: bool) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            id_,
            partition_key=dynamodb.Attribute(name="documentId", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expiresAt",
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self._encryption.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=recoverable
            ),
            deletion_protection=self._removal_policy is RemovalPolicy.RETAIN,
            removal_policy=self._removal_policy,
        )
