"""A run of the local pipeline with load, an outage and verifications, whose metrics are recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.dashboard.recorded import Recorded
from emulator.control.client import ControlClient
from emulator.faults.kinds import Delay, NotJson, ResultCode
from local.pipeline.images import ImageFile, assign_keys, new_run_id, specimens
from local.pipeline.messages import queue_depth, receive_messages
from local.pipeline.observer import NullObserver
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.pipeline.verdicts import request_verdict

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

SECONDS, STEP = 120.0, 5.0
_UPLOAD_EVERY = 0.7
# Under another key, the same image is another document.
_REPEATED = int(SECONDS / _UPLOAD_EVERY / 5) + 1
# A call of the OCR service takes this long.
_CALL_SECONDS = 1.0
# Result code "temporarily not available": nothing is billed, and documents come back.
_OUTAGE_FROM, _OUTAGE_CALLS, _UNAVAILABLE = 0.5, 8, 5000001
_QUEUES = ("UploadsQueueUrl", "UploadsDeadLetterQueueUrl", "ResultsQueueUrl", "ResultsDeadLetterQueueUrl")
LAMBDA, SQS = "AWS/Lambda", "AWS/SQS"


class _Invocations(NullObserver):
    """Measures the analyze function's invocations, as Lambda does."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._began: dict[str, float] = {}

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        now = time.time()
        self._began[batch[0]["MessageId"]] = now
        self._add("ConcurrentExecutions", now, len(self._began))
        self._add("Invocations", now, 1)

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        now = time.time()
        self._add("Duration", now, (now - self._began.pop(batch[0]["MessageId"])) * 1000)

    def _add(self, name: str, at: float, value: float) -> None:
        self._recorded.add(LAMBDA, name, {"FunctionName": "AnalyzeFunctionName"}, at, value)


def record(folder: Path) -> Recorded:
    """Run the pipeline and return what was measured. Series are named by the stack's outputs."""
    now = time.time()
    recorded = Recorded(now, now, STEP)
    options = PipelineOptions(folder, reader="specimen", observer=_Invocations(recorded))
    with Pipeline(options, print) as pipeline:
        control = ControlClient(pipeline.ocr_url)
        control.fault(Delay(operation="*", times=None, delay=_CALL_SECONDS))
        images = assign_keys(specimens(1) * _REPEATED, new_run_id())
        recorded.begin = time.time()
        with _sampled(pipeline, recorded):
            _load(pipeline, control, images, recorded)
        recorded.end = time.time()
    recorded.read_logs(folder)
    return recorded


def _load(pipeline: Pipeline, control: ControlClient, images: dict[str, ImageFile], recorded: Recorded) -> None:
    end = recorded.begin + SECONDS
    with ThreadPoolExecutor(4) as threads:
        threads.submit(_consume, pipeline, recorded, set(images), end)
        outage = False
        for key, image in images.items():
            if time.time() >= end:
                break
            pipeline.aws.s3.put_object(Bucket=pipeline.output("ImageBucketName"), Key=key, Body=image.read())
            recorded.add(SQS, "NumberOfMessagesSent", {"QueueName": "UploadsQueueUrl"}, time.time(), 1)
            if not outage and time.time() - recorded.begin > _OUTAGE_FROM * SECONDS:
                outage = True
                _break(pipeline, control)
            time.sleep(_UPLOAD_EVERY)
        time.sleep(max(0.0, end - time.time()))


def _break(pipeline: Pipeline, control: ControlClient) -> None:
    """Let some calls fail, one answer be lost, and a message that is no event arrive."""
    control.clear_faults()
    control.fault(ResultCode(operation="id-card", times=_OUTAGE_CALLS, result_code=_UNAVAILABLE))
    control.fault(NotJson(operation="credit-card"))
    control.fault(Delay(operation="*", times=None, delay=_CALL_SECONDS))
    pipeline.aws.sqs.send_message(QueueUrl=pipeline.output("UploadsQueueUrl"), MessageBody="good morning")


def _consume(pipeline: Pipeline, recorded: Recorded, keys: Collection[str], end: float) -> None:
    """Take results, and ask for the verdict of each card."""
    for message in receive_messages(pipeline.aws.sqs, pipeline.output("ResultsQueueUrl"), keys, SECONDS / 4):
        if message.claim is not None:
            began = time.time()
            request_verdict(pipeline.verify_url, message)
            dimensions = {"FunctionName": "VerifyFunctionName"}
            recorded.add(LAMBDA, "Duration", dimensions, time.time(), (time.time() - began) * 1000)
            recorded.add(LAMBDA, "ConcurrentExecutions", dimensions, time.time(), 1)
        if time.time() >= end:
            break


@contextmanager
def _sampled(pipeline: Pipeline, recorded: Recorded) -> Iterator[None]:
    """Sample the depth of the queues meanwhile."""
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(STEP / 4):
            for output in _QUEUES:
                depth = queue_depth(pipeline.aws.sqs, pipeline.output(output)).visible
                recorded.add(SQS, "ApproximateNumberOfMessagesVisible", {"QueueName": output}, time.time(), depth)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
