"""Stored data: the images, the ledger, the Request-Keys and the vendor's credentials."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.limits import MAX_DEAD_LETTER_AGE_DAYS
from infra.queues import Queues
from infra.removal import removal_policy
from infra.settings import StageSettings
from infra.upload_rules import page_rules, refuse_archive_classes, refuse_other_keys, refuse_overwrites


class Storage(Construct):
    """The image bucket, which sends upload events, the two tables and the secret."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: StageSettings, encryption: Encryption, queues: Queues
    ) -> None:
        super().__init__(scope, id_)
        self._encryption = encryption
        self._removal_policy = removal_policy(settings)
        self._keeps_data = settings.removal_policy == "retain"
        self.images = self._bucket(settings)
        refuse_other_keys(self.images, encryption.key.key_arn)
        refuse_archive_classes(self.images)
        if settings.refuse_overwrite:
            refuse_overwrites(self.images)
        self._send_upload_events(queues)
        self.documents = self._table("Documents", recoverable=True)
        self.request_keys = self._table("RequestKeys", recoverable=False)
        # Without a value: an operator sets it, so it never appears in a template or log.
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
        """The bucket as a CloudFormation resource."""
        return cast("s3.CfnBucket", self.images.node.default_child)

    def _acknowledge(self) -> None:
        acknowledge(
            self.images,
            "Object keys may contain people's names, and access logs would copy them; CloudTrail's data events can be "
            "enabled if an audit requires them.",
            "S1",
            "CKV_AWS_18",
        )
        acknowledge(
            self.ocr_secret,
            "The vendor issues the secret in its console and has no API to rotate it; see docs/deployment.md.",
            "SMG4",
        )
        acknowledge(
            self.request_keys,
            "A backup would keep a Request-Key for weeks, although it is valid for an hour.",
            "DDB3",
            "CKV_AWS_28",
        )

    def _bucket(self, settings: StageSettings) -> s3.Bucket:
        """Return the bucket; an overwritten version is kept as long as a dead letter may still name it.

        The two periods add up to the setting, so no version of an image gets older.
        """
        return s3.Bucket(
            self,
            "Images",
            versioned=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._encryption.key,
            bucket_key_enabled=True,
            # The function could never read an image under a key of its uploader's.
            blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="images",
                    expiration=Duration.days(settings.image_retention_days - MAX_DEAD_LETTER_AGE_DAYS),
                    noncurrent_version_expiration=Duration.days(MAX_DEAD_LETTER_AGE_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                # S3 does not allow this in a rule with a number of days.
                s3.LifecycleRule(id="delete-markers", expired_object_delete_marker=True),
            ],
            cors=page_rules(settings.upload_origins),
            removal_policy=self._removal_policy,
        )

    def _send_upload_events(self, queues: Queues) -> None:
        """Use the bucket's own property.

        The CDK's helper would add a function and, through the key, a circular dependency.
        """
        self.cfn_images.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=queues.uploads.queue_arn)
            ]
        )
        # When the bucket is created, S3 checks that it may send to the queue.
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
            # Nobody can delete a protected table, CloudFormation included: a rollback that tried would get stuck.
            deletion_protection=self._keeps_data,
            removal_policy=RemovalPolicy.RETAIN if self._keeps_data else RemovalPolicy.DESTROY,
        )
