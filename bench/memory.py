"""Peak memory of the analyze function with ten large images at once, against ten small ones and none.

    python -m bench.memory [--documents 10] [--sizes 0.2,20]

Every row is a process of its own that handles one batch; the OCR service and AWS are emulated outside of it. The peak
is what the kernel says of that process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from emulator.specimens import draw
from emulator.testing import Emulator
from local.aws_clients import CREDENTIALS, REGION, Clients
from local.children import ROOT, Child

_MIB = 1 << 20
_QUEUES = ("uploads", "dead", "results")
_TABLES = ("documents", "request-keys")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=10, help="how many at once")
    parser.add_argument("--sizes", default="0.2,2,20", help="MiB of each, with commas between")
    arguments = parser.parse_args()
    sizes = [int(float(size) * _MIB) for size in arguments.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        moto = Child.serving(Path(folder), "local.aws_server")
        try:
            _measure(Clients(moto.announcement()["url"]), emulator, arguments.documents, sizes)
        finally:
            moto.kill()


def _measure(aws: Clients, emulator: Emulator, documents: int, sizes: list[int]) -> None:
    environment = _deploy(aws, emulator)
    idle = _peak(environment, {"Records": []})
    print(f"{'documents':>9}  {'MiB each':>8}  {'peak MiB':>8}  {'above idle':>10}")
    print(f"{0:>9}  {'':>8}  {idle / _MIB:>8.1f}  {0:>10.1f}")
    for size in sizes:
        peak = _peak(environment, _event(aws, documents, size))
        print(f"{documents:>9}  {size / _MIB:>8.1f}  {peak / _MIB:>8.1f}  {(peak - idle) / _MIB:>10.1f}")


def _deploy(aws: Clients, emulator: Emulator) -> dict[str, str]:
    aws.s3.create_bucket(Bucket="images", CreateBucketConfiguration={"LocationConstraint": REGION})
    urls = {name: aws.sqs.create_queue(QueueName=name)["QueueUrl"] for name in _QUEUES}
    for table in _TABLES:
        aws.dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    credentials = json.dumps({"appKey": emulator.app_key, "secretKey": emulator.secret_key})
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_CONFIG_FILE": os.devnull,
        **CREDENTIALS,
        "BATCH_SIZE": "10",
        "DOCUMENTS_TABLE": "documents",
        "FUNCTION_TIMEOUT_SECONDS": "120",
        "MAX_IMAGE_BYTES": str(20 * _MIB),
        "MAX_UNKNOWN_ATTEMPTS": "2",
        "OCR_CALL_TIMEOUT_SECONDS": "60",
        "OCR_ENDPOINT": emulator.url,
        "OCR_SECRET_ARN": aws.secrets.create_secret(Name="ocr", SecretString=credentials)["ARN"],
        "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/bench",
        "POWERTOOLS_SERVICE_NAME": "analyze",
        "REQUEST_KEYS_TABLE": "request-keys",
        "RESULTS_QUEUE_URL": urls["results"],
        "UPLOADS_DLQ_URL": urls["dead"],
        "UPLOADS_QUEUE_URL": urls["uploads"],
    }


def _event(aws: Clients, documents: int, size: int) -> dict[str, Any]:
    records = []
    for number in range(documents):
        image = draw("resident", seed=number)
        key = f"id-card/{size}-{number}.png"
        # What follows a picture's end is sent with it and read by nobody.
        body = image + b"\0" * (size - len(image))
        e_tag = aws.s3.put_object(Bucket="images", Key=key, Body=body)["ETag"]
        entry = {"key": key, "size": size, "eTag": e_tag.strip('"')}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "images"}, "object": entry}}
        records.append(
            {
                "messageId": str(number),
                "receiptHandle": "none",
                "body": json.dumps({"Records": [record]}),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
        )
    return {"Records": records}


def _peak(environment: dict[str, str], event: dict[str, Any]) -> int:
    child = subprocess.run(
        [sys.executable, "-m", "bench.function_peak"],
        input=json.dumps(event),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(child.stdout.splitlines()[-1])
    if told["failed"]:
        raise SystemExit(f"{told['failed']} documents failed:\n{child.stdout}")
    return int(told["peak"])


if __name__ == "__main__":
    main()
