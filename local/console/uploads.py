"""Images into the bucket, as a customer's own system would put them there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from botocore.exceptions import BotoCoreError, ClientError

from emulator.specimens import draw
from local.console.documents import Sighting
from local.pipeline.images import new_run
from local.pipeline.messages import waiting

if TYPE_CHECKING:
    from emulator.specimens import SpecimenKind
    from local.console.documents import Document
    from local.console.record import Record
    from local.pipeline.pipeline import Pipeline

Sample = Literal[
    "credit-card", "resident", "driver", "passport", "resident-stand-alone", "letter", "no-image", "too-large"
]
SAMPLES: tuple[Sample, ...] = get_args(Sample)
_TOO_LARGE = 21 * 1024 * 1024


class Image(NamedTuple):
    """What is uploaded: the folder that tells the kind, a file name, the bytes."""

    kind: str
    name: str
    content: bytes


def sample(which: Sample, seed: int) -> Image:
    """Draw something to try: a document that nobody owns, or something that will be refused."""
    match which:
        case "letter":
            return Image("id-card", f"letter-{seed}.png", draw("negative", seed, variant="letter"))
        case "no-image":
            return Image("id-card", f"notes-{seed}.txt", b"Not an image, whatever its name says.\n")
        case "too-large":
            return Image("id-card", f"too-large-{seed}.png", draw("resident", seed, size=_TOO_LARGE))
        case "resident-stand-alone":
            return Image("id-card/stand-alone", f"resident-{seed}.png", draw("resident", seed))
    document: SpecimenKind = which
    return Image("credit-card" if which == "credit-card" else "id-card", f"{which}-{seed}.png", draw(document, seed))


class Uploads:
    """Puts images into the pipeline's bucket. Thread-safe."""

    def __init__(self, record: Record, pipeline: Pipeline) -> None:
        self._record, self._aws = record, pipeline.aws
        self._bucket, self._queue = pipeline.output("ImageBucketName"), pipeline.output("UploadsQueueUrl")
        self._run, self._lock, self._count = new_run(), threading.Lock(), 0

    def put(self, image: Image) -> int:
        """Upload an image and return its number in the record.

        Raises: ClientError when S3 refuses it.
        """
        with self._lock:
            self._count += 1
            key = f"{image.kind}/{self._run}/{self._count}/{image.name}"
        # The record knows it before S3 does: its event may be taken before S3's answer is here.
        document = self._record.new(key, image.kind, len(image.content))
        document.holds(image.content)
        self._saw(document, Sighting("bucket", "active", f"uploading {len(image.content):,} bytes"))
        try:
            self._aws.s3.put_object(Bucket=self._bucket, Key=key, Body=image.content)
        except (BotoCoreError, ClientError) as error:
            self._saw(document, Sighting("bucket", "failed", f"S3 did not take it ({type(error).__name__})"))
            raise
        self._saw(document, Sighting("bucket", "done", "S3 has it"))
        visible = waiting(self._aws.sqs, self._queue)["visible"]
        if visible and not document.document_id:
            self._saw(document, Sighting("queue", "active", f"{visible} visible in the uploads queue"))
        return document.number

    def _saw(self, document: Document, sighting: Sighting) -> None:
        with self._record.change(document):
            document.saw(sighting)

    def fetch(self, key: str) -> bytes:
        """Return an object's bytes. Raises: ClientError when there is none."""
        return self._aws.s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def bring_forward(self, handle: str) -> None:
        """Make a message that was put off visible at once. Raises: ClientError when it is gone."""
        self._aws.sqs.change_message_visibility(QueueUrl=self._queue, ReceiptHandle=handle, VisibilityTimeout=0)
