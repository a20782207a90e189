"""The analysis: uploads in, results out."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import limits
from infra.compliance import acknowledge, below
from infra.encryption import Encryption
from infra.pipeline_function import Function
from infra.queues import Queues
from infra.settings import Settings
from infra.storage import Storage


class Analysis(Construct):
    """The function ``analyze``, what it may do, and the event source that feeds it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        encryption: Encryption,
        queues: Queues,
        storage: Storage,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, id_)
        analyze = Function(
            self,
            "Analyze",
            service="analyze",
            code=code,
            timeout_seconds=limits.ANALYZE_TIMEOUT_SECONDS,
            call_timeout_seconds=limits.ANALYZE_CALL_TIMEOUT_SECONDS,
            settings=settings,
            encryption=encryption,
            storage=storage,
            environment={
                "UPLOADS_QUEUE_URL": queues.uploads.queue_url,
                "UPLOADS_DLQ_URL": queues.uploads_dead_letters.queue_url,
                "RESULTS_QUEUE_URL": queues.results.queue_url,
                "DOCUMENTS_TABLE": storage.documents.table_name,
                "BATCH_SIZE": str(settings.batch_size),
                "MAX_IMAGE_BYTES": str(settings.max_image_bytes),
                "MAX_UNKNOWN_ATTEMPTS": str(settings.max_unknown_attempts),
            },
        )
        self._let_analyze(analyze, encryption, queues, storage)
        self.function = analyze.function
        self._feed(settings, queues)

    def _let_analyze(self, analyze: Function, encryption: Encryption, queues: Queues, storage: Storage) -> None:
        # The version that was uploaded, under whatever key; an unknown folder is rejected by the function itself.
        analyze.allow(["s3:GetObject", "s3:GetObjectVersion"], storage.images.arn_for_objects("*"))
        acknowledge(analyze.role, "Any upload may have to be read.", below(storage.cfn_images, "*"))
        # Without it S3 answers 403 for an object that is gone, and a deleted image would look like a lost grant.
        analyze.allow(["s3:ListBucket"], storage.images.bucket_arn)
        analyze.allow(
            [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ChangeMessageVisibility",
            ],
            queues.uploads.queue_arn,
        )
        # Results, and documents that are parked.
        analyze.allow(["sqs:SendMessage"], queues.results.queue_arn, queues.uploads_dead_letters.queue_arn)
        # The ledger and the offers are conditional updates alone; what stood in the way comes with the refusal.
        analyze.allow(["dynamodb:UpdateItem"], storage.documents.table_arn, storage.request_keys.table_arn)
        analyze.role.add_to_policy(encryption.reading("s3", "secretsmanager"))
        # Of messages it reads the uploads and sends the results.
        analyze.role.add_to_policy(encryption.sending("sqs"))
        analyze.role.add_to_policy(encryption.using_tables())

    def _feed(self, settings: Settings, queues: Queues) -> None:
        source = self.function.add_event_source_mapping(
            "Uploads",
            event_source_arn=queues.uploads.queue_arn,
            batch_size=settings.batch_size,
            max_batching_window=Duration.seconds(settings.batch_window),
            max_concurrency=settings.max_concurrency,
            report_batch_item_failures=True,
        )
        acknowledge(
            source,
            "A destination is for streams; what a queue's consumer fails goes to the queue's own dead letters.",
            "Serverless-LambdaEventSourceMappingDestination",
        )
