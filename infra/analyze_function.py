"""The analyze function: uploads in, results out."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct
from sealed_ocr.common.consumer_keys import read_key_set
from sealed_ocr.common.setting_name import Setting

from infra import limits
from infra.claim_sealing import ClaimSealing
from infra.compliance import acknowledge, objects_rule
from infra.encryption import Encryption
from infra.pipeline_function import PipelineFunction
from infra.queues import Queues
from infra.settings import StageSettings
from infra.storage import Storage


class AnalyzeFunction(Construct):
    """The function ``analyze``, its permissions, and the event source that invokes it.

    ``reads_secret`` unless the stage is simulated.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        encryption: Encryption,
        queues: Queues,
        storage: Storage,
        sealing: ClaimSealing | None,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, id_)
        analyze = PipelineFunction(
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
                Setting.UPLOADS_QUEUE_URL: queues.uploads.queue_url,
                Setting.UPLOADS_DLQ_URL: queues.uploads_dead_letters.queue_url,
                Setting.RESULTS_QUEUE_URL: queues.results.queue_url,
                Setting.DOCUMENTS_TABLE: storage.documents.table_name,
                Setting.BATCH_SIZE: str(settings.batch_size),
                **_ceilings(settings),
                **_review(settings, queues),
                **_withheld(settings, sealing),
                **_sealing(settings),
                Setting.MAX_IMAGE_BYTES: str(settings.largest_image_bytes),
                Setting.MAX_UNKNOWN_ATTEMPTS: str(settings.max_unknown_attempts),
            },
        )
        self.reads_secret = not settings.simulate
        self._grant(analyze, encryption, queues, storage)
        if sealing:
            analyze.role.add_to_policy(sealing.sealing())
        self.function = analyze.function
        self._add_event_source(settings, queues)

    def _grant(self, analyze: PipelineFunction, encryption: Encryption, queues: Queues, storage: Storage) -> None:
        # Any key: the function itself rejects an upload to an unknown folder. Any version: it reads the uploaded one.
        analyze.allow(["s3:GetObject", "s3:GetObjectVersion"], storage.images.arn_for_objects("*"))
        acknowledge(
            analyze.role, "The function must be able to read any upload.", objects_rule(storage.cfn_images, "*")
        )
        # Without it, S3 answers 403 for a missing object, and a deleted image would look like a missing permission.
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
        review = [queues.review.queue_arn] if queues.review else []
        analyze.allow(["sqs:SendMessage"], queues.results.queue_arn, *review, queues.uploads_dead_letters.queue_arn)
        # The ledger and the Request-Keys are only written with conditional updates; a refused one returns the item.
        analyze.allow(["dynamodb:UpdateItem"], storage.documents.table_arn, storage.request_keys.table_arn)
        analyze.role.add_to_policy(encryption.reading("s3", *(["secretsmanager"] if self.reads_secret else [])))
        # Reads uploads and sends results.
        analyze.role.add_to_policy(encryption.sending("sqs"))
        analyze.role.add_to_policy(encryption.using_tables())

    def _add_event_source(self, settings: StageSettings, queues: Queues) -> None:
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
            "Destinations are for streams; a failed message moves to the queue's own dead-letter queue.",
            "Serverless-LambdaEventSourceMappingDestination",
        )


def _ceilings(settings: StageSettings) -> dict[str, str]:
    given = {
        Setting.MAX_CALLS_PER_HOUR: settings.max_calls_per_hour,
        Setting.MAX_CALLS_PER_DAY: settings.max_calls_per_day,
    }
    return {name: str(ceiling) for name, ceiling in given.items() if ceiling is not None}


def _review(settings: StageSettings, queues: Queues) -> dict[str, str]:
    given = {
        Setting.REVIEW_BELOW: str(settings.review_below),
        Setting.REVIEW_QUEUE_URL: queues.review.queue_url if queues.review else "",
    }
    return {name: value for name, value in given.items() if value}


def _withheld(settings: StageSettings, sealing: ClaimSealing | None) -> dict[str, str]:
    given = {
        Setting.OMIT_FIELDS: str(settings.omit_fields),
        Setting.MASK_FIELDS: str(settings.mask_fields),
        Setting.CLAIM_SEAL_KEY_ID: sealing.key.key_arn if sealing else "",
    }
    return {name: value for name, value in given.items() if value}


def _sealing(settings: StageSettings) -> dict[str, str]:
    path = settings.consumer_public_keys
    return {Setting.CONSUMER_PUBLIC_KEYS: read_key_set(Path(path))} if path else {}
