"""The queues for uploads and results, each with a dead-letter queue, and on request one for results to review."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import limits
from infra.compliance import acknowledge
from infra.encryption import Encryption
from infra.removal import removal_policy
from infra.settings import StageSettings


class Queues(Construct):
    """Standard queues, encrypted with the stack's key and reachable only over TLS.

    ``review`` and ``review_dead_letters`` exist only with the setting ``reviewQueue``.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings, encryption: Encryption) -> None:
        super().__init__(scope, id_)
        self._encryption = encryption
        self._removal_policy = removal_policy(settings)
        self.uploads_dead_letters = self._queue("UploadsDeadLetters", retention_days=limits.DEAD_LETTER_RETENTION_DAYS)
        self.uploads = self._queue(
            "Uploads",
            retention_days=limits.UPLOADS_RETENTION_DAYS,
            visibility_seconds=limits.UPLOADS_VISIBILITY_SECONDS + settings.batch_window,
            dead_letters=sqs.DeadLetterQueue(
                queue=self.uploads_dead_letters, max_receive_count=limits.UPLOADS_MAX_RECEIVES
            ),
        )
        self.results, self.results_dead_letters = self._results_queue("Results", settings)
        self.review: sqs.Queue | None = None
        self.review_dead_letters: sqs.Queue | None = None
        if settings.review_queue:
            self.review, self.review_dead_letters = self._results_queue("Review", settings)
        self._allow_upload_events()
        for queue in (self.uploads_dead_letters, self.results_dead_letters, self.review_dead_letters):
            if queue is not None:
                acknowledge(
                    queue,
                    "This is a dead-letter queue: operators look at its messages and redrive them.",
                    "Serverless-SQSRedrivePolicy",
                )

    def _results_queue(self, id_: str, settings: StageSettings) -> tuple[sqs.Queue, sqs.Queue]:
        """Return a queue that consumers read, and its dead-letter queue."""
        dead_letters = self._queue(f"{id_}DeadLetters", retention_days=limits.DEAD_LETTER_RETENTION_DAYS)
        queue = self._queue(
            id_,
            retention_days=settings.result_retention,
            visibility_seconds=limits.RESULTS_VISIBILITY_SECONDS,
            dead_letters=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=limits.RESULTS_MAX_RECEIVES),
        )
        return queue, dead_letters

    def _queue(
        self,
        id_: str,
        *,
        retention_days: int,
        visibility_seconds: int = 60,
        dead_letters: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            id_,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._encryption.key,
            enforce_ssl=True,
            retention_period=Duration.days(retention_days),
            visibility_timeout=Duration.seconds(visibility_seconds),
            max_message_size_bytes=limits.LARGEST_MESSAGE_BYTES,
            dead_letter_queue=dead_letters,
            removal_policy=self._removal_policy,
        )

    def _allow_upload_events(self) -> None:
        # Naming the bucket instead of the account would be a circular dependency: the bucket depends on this policy.
        self.uploads.add_to_resource_policy(
            iam.PolicyStatement(
                sid="UploadEvents",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.uploads.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
