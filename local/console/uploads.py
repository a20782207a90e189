"""Uploads images to the bucket, as a customer's system would."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Literal, get_args

from botocore.exceptions import BotoCoreError, ClientError
from sealed_ocr.common.sizes import readable_size

from emulator.specimens import draw
from local.console.documents import Observation
from local.pipeline.images import ImageFile, new_run_id
from local.pipeline.messages import queue_depth
from workstation.image_decoding import decode

if TYPE_CHECKING:
    from emulator.specimens import SpecimenKind
    from local.console.documents import TrackedDocument
    from local.console.record import Record
    from local.pipeline.pipeline import Pipeline

Sample = Literal[
    "credit-card", "resident", "driver", "passport", "resident-stand-alone", "letter", "no-image", "too-large"
]
SAMPLES: tuple[Sample, ...] = get_args(Sample)
_TOO_LARGE = 21 * 1024 * 1024
# More than the page shows, so that fields stay legible on a fine screen.
_MAX_SIDE = 2000


def sample_image(which: Sample, seed: int) -> ImageFile:
    """Draw an invented document, or an image that will be rejected."""
    match which:
        case "letter":
            return ImageFile("id-card", f"letter-{seed}.png", draw("negative", seed, variant="letter"))
        case "no-image":
            return ImageFile("id-card", f"notes-{seed}.txt", b"Not an image, whatever its name says.\n")
        case "too-large":
            return ImageFile("id-card", f"too-large-{seed}.png", draw("resident", seed, size=_TOO_LARGE))
        case "resident-stand-alone":
            return ImageFile("id-card/stand-alone", f"resident-{seed}.png", draw("resident", seed))
    document: SpecimenKind = which
    return ImageFile(
        "credit-card" if which == "credit-card" else "id-card", f"{which}-{seed}.png", draw(document, seed)
    )


class Uploads:
    """Uploads images to the pipeline's bucket. Thread-safe."""

    def __init__(self, record: Record, pipeline: Pipeline) -> None:
        self._record, self._aws = record, pipeline.aws
        self._bucket, self._queue = pipeline.output("ImageBucketName"), pipeline.output("UploadsQueueUrl")
        self._run_id, self._lock, self._count = new_run_id(), threading.Lock(), 0

    def upload(self, image: ImageFile) -> int:
        """Upload an image and return its number in the record.

        Raises
        ------
        ClientError
            If S3 refuses the image.
        """
        with self._lock:
            self._count += 1
            key = f"{image.kind}/{self._run_id}/{self._count}/{image.name}"
        content = image.read()
        # Added to the record first: the upload event may be received before S3 has responded.
        document = self._record.new(key, image.kind, len(content))
        document.set_content(content)
        self._observe(document, Observation("bucket", "active", f"uploading {readable_size(len(content))}"))
        try:
            self._aws.s3.put_object(Bucket=self._bucket, Key=key, Body=content)
        except (BotoCoreError, ClientError) as error:
            self._observe(document, Observation("bucket", "failed", f"the upload failed ({type(error).__name__})"))
            raise
        self._observe(document, Observation("bucket", "done", "stored in the bucket"))
        visible = queue_depth(self._aws.sqs, self._queue).visible
        if visible and not document.document_id:
            self._observe(document, Observation("queue", "active", f"{visible} visible in the uploads queue"))
        return document.number

    def _observe(self, document: TrackedDocument, observation: Observation) -> None:
        with self._record.change(document):
            document.observe(observation)

    def picture(self, key: str) -> bytes:
        """Return an uploaded image as a PNG of its pixels as the OCR reader sees them, made smaller if it is large.

        The upload itself is never shown: it could be HTML.

        Raises
        ------
        ClientError
            If there is no such object.
        UndecodableImage
            If it is not a complete image.
        """
        picture = decode(self._aws.s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()).picture
        picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        return out.getvalue()

    def make_visible(self, receipt_handle: str) -> None:
        """Make a deferred upload event visible now.

        Raises
        ------
        ClientError
            If the message is gone.
        """
        self._aws.sqs.change_message_visibility(QueueUrl=self._queue, ReceiptHandle=receipt_handle, VisibilityTimeout=0)
