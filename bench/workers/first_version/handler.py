"""The function as a user would write it first. It handles several records in threads."""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_plus

import boto3

from bench.workers.first_version.answer import open_answer
from bench.workers.first_version.client import Client

_s3 = boto3.client("s3")
_sqs = boto3.client("sqs")


@functools.cache
def _ocr() -> Client:
    return Client(os.environ["OCR_ENDPOINT"], "bench", "bench", "id-card")


def handler(event: dict[str, Any], _context: object) -> None:
    """Read the images of an S3 event and send their fields."""
    with ThreadPoolExecutor(len(event["Records"])) as threads:
        list(threads.map(_analyze, event["Records"]))


def _analyze(record: dict[str, Any]) -> None:
    bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    image = _s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    answer = open_answer(*_ocr().analyze(image))
    _sqs.send_message(QueueUrl=os.environ["RESULTS_QUEUE_URL"], MessageBody=answer.result.model_dump_json())
